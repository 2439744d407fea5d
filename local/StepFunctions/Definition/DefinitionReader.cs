using System.Text.Json;
using Newtonsoft.Json.Linq;
using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Local.StepFunctions.Integrations;
using ServerlessGdpr.Local.StepFunctions.Paths;

namespace ServerlessGdpr.Local.StepFunctions.Definition;

/// <summary>Reads a definition in the Amazon States Language (JSONPath) and refuses what is wrong with it or unknown here, naming the state.</summary>
internal sealed class DefinitionReader
{
    private const int MaxNameLength = 80;
    private const int MaxBytes = 1_048_576;

    /// <summary>Of two fields with one name, one would be ignored.</summary>
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 512 };

    private readonly HashSet<string> names = new(StringComparer.Ordinal);
    private readonly StateReader states;

    private DefinitionReader(IntegrationCatalog integrations) => states = new StateReader(this, integrations);

    /// <exception cref="AwsError">InvalidDefinition.</exception>
    public static Workflow Read(string text, IntegrationCatalog integrations)
    {
        if (text.Length > MaxBytes) throw Problems.Refusal("The definition is longer than 1 MB");
        var problems = new Problems();
        var reader = new FieldReader(Parse(text), "/", problems);
        if (reader.Text("Version") is { } version && version != "1.0") reader.Problem("The value for the field 'Version' must be one of [1.0]");
        var timeout = reader.Integer("TimeoutSeconds", 1, 99_999_999);
        var workflow = new DefinitionReader(integrations).ReadWorkflow(reader);
        problems.ThrowIfAny();
        return workflow with { TimeoutSeconds = timeout };
    }

    public Workflow ReadWorkflow(FieldReader reader)
    {
        if (reader.Text("QueryLanguage") is { } language && language != "JSONPath") reader.Problem($"The QueryLanguage '{language}' is not supported by the local cloud");
        var startAt = reader.RequiredText("StartAt");
        var read = new Dictionary<string, State>(StringComparer.Ordinal);
        if (reader.Raw("States") is JObject members)
        {
            foreach (var member in members.Properties())
            {
                if (ReadState(member, $"{reader.Where.TrimEnd('/')}/States/{member.Name}", reader.Problems) is { } state) read[member.Name] = state;
            }

            CheckTargets(reader, startAt, members, read);
        }
        else
        {
            reader.Missing("States");
        }

        reader.RefuseTheRest();
        return new Workflow(startAt, read);
    }

    private static JObject Parse(string text)
    {
        try
        {
            using var strict = JsonDocument.Parse(text, Strict);
            return Json.Parse(text) as JObject ?? throw Problems.Refusal("INVALID_JSON_DESCRIPTION: The definition is not a JSON object");
        }
        catch (JsonException error)
        {
            throw Problems.Refusal($"INVALID_JSON_DESCRIPTION: {error.Message}");
        }
    }

    private State? ReadState(JProperty member, string where, Problems problems)
    {
        if (member.Name.Length is 0 or > MaxNameLength) problems.Schema($"A state's name has 1 to {MaxNameLength} characters", where);
        if (!names.Add(member.Name)) problems.Schema($"The state name '{member.Name}' is not unique in the state machine", where);
        if (member.Value is JObject fields) return states.Read(member.Name, new FieldReader(fields, where, problems));
        problems.Schema("A state must be an OBJECT", where);
        return null;
    }

    private static void CheckTargets(FieldReader reader, string startAt, JObject members, Dictionary<string, State> read)
    {
        var place = reader.Where.TrimEnd('/');
        if (startAt.Length > 0 && !members.ContainsKey(startAt)) reader.Problems.Target($"Missing 'StartAt' target: {startAt}", $"{place}/StartAt");
        foreach (var state in read.Values)
        {
            foreach (var target in state.Targets.Distinct(StringComparer.Ordinal).Where(target => target.Length > 0 && !members.ContainsKey(target)))
            {
                reader.Problems.Target($"Missing transition target: {target}", $"{place}/States/{state.Name}");
            }
        }

        // A state that could not be read hides what it leads to; its own problem is reported already.
        if (read.Count < members.Count) return;
        foreach (var name in read.Keys.Except(Reachable(startAt, read), StringComparer.Ordinal))
        {
            reader.Problems.Target($"State \"{name}\" is not reachable.", $"{place}/States/{name}");
        }
    }

    private static HashSet<string> Reachable(string startAt, Dictionary<string, State> states)
    {
        var reached = new HashSet<string>(StringComparer.Ordinal);
        var open = new Stack<string>([startAt]);
        while (open.TryPop(out var name))
        {
            if (!states.TryGetValue(name, out var state) || !reached.Add(name)) continue;
            foreach (var target in state.Targets) open.Push(target);
        }

        return reached;
    }
}
