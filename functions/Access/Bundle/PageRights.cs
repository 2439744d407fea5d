using ServerlessGdpr.Functions.Datastores;

namespace ServerlessGdpr.Functions.Access.Bundle;

/// <summary>What the person may ask for next, and of whom (Art. 15(1)(e) and (f)).</summary>
internal static class PageRights
{
    public static Html Of(Controller controller) => Html.Of($"""
        <section aria-labelledby="rights"><h2 id="rights">Your rights</h2>
        <p>Write to {controller.Name}, {controller.Contact}. You can ask them:</p>
        <ul>
        <li>to correct what is wrong, and to complete what is missing (Art. 16 GDPR);</li>
        <li>to erase your data (Art. 17);</li>
        <li>to keep your data but not use it, while something is being cleared up (Art. 18);</li>
        <li>to give you what you provided in a form that other programs can read, or to send it to somebody else (Art. 20);</li>
        <li>to stop using your data, where you object (Art. 21).</li>
        </ul>
        <p>If you think that your data is not handled as the law demands, you can complain to a supervisory authority, for example: {controller.SupervisoryAuthority}.</p></section>

        """);
}
