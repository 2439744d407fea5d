using ServerlessGdpr.Functions.Datastores;

namespace ServerlessGdpr.Functions.Access.Bundle;

/// <summary>The end of the page: what the person may ask for next, and of whom (Art. 15(1)(e) and (f)).</summary>
internal static class PageRights
{
    public static string Write(Controller controller) => $"""
        <section aria-labelledby="rights"><h2 id="rights">Your rights</h2>
        <p>Write to {Html.Text(controller.Name)}, {Html.Text(controller.Contact)}. You can ask them</p>
        <ul>
        <li>to correct what is wrong, and to complete what is missing (Art. 16 GDPR);</li>
        <li>to erase your data (Art. 17);</li>
        <li>to use your data less, while something is being cleared up (Art. 18);</li>
        <li>to give you what you provided in a form that others can read, or to send it to them (Art. 20);</li>
        <li>to stop using your data, where you object (Art. 21).</li>
        </ul>
        <p>You can also complain, to {Html.Text(controller.SupervisoryAuthority)}.</p></section>

        """;
}
