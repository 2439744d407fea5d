using System.Text;
using System.Text.Json.Nodes;

namespace ServerlessGdpr.Local.Drawings;

/// <summary>Draws a workflow as a Mermaid flowchart: a box per state, an arrow per transition, dashed where an error is caught.</summary>
public sealed class WorkflowDrawing
{
    private readonly StringBuilder text = new("flowchart TD\n");
    private readonly Dictionary<string, string> ids = [];

    private WorkflowDrawing()
    {
    }

    public static string Of(JsonObject definition)
    {
        var drawing = new WorkflowDrawing();
        drawing.text.AppendLine("  start((start))");
        drawing.Machine(definition, "  ", "start");
        return drawing.text.ToString().ReplaceLineEndings("\n");
    }

    private void Machine(JsonObject machine, string indent, string? from)
    {
        var states = machine["States"]!.AsObject();
        foreach (var (name, _) in states) ids[name] = $"s{ids.Count + 1}";
        if (from is not null) text.AppendLine($"{indent}{from} --> {ids[(string)machine["StartAt"]!]}");
        foreach (var (name, state) in states) State(name, state!.AsObject(), indent);
    }

    private void State(string name, JsonObject state, string indent)
    {
        var id = ids[name];
        switch ((string)state["Type"]!)
        {
            case "Map":
                text.AppendLine($"{indent}subgraph {id} [\"{name}\"]");
                Machine(state["ItemProcessor"]!.AsObject(), indent + "  ", null);
                text.AppendLine($"{indent}end");
                break;
            case "Choice":
                text.AppendLine($"{indent}{id}{{\"{name}\"}}");
                foreach (var choice in state["Choices"]!.AsArray()) Arrow(indent, id, (string)choice!["Next"]!, Label(choice.AsObject()));
                break;
            case "Wait":
                text.AppendLine($"{indent}{id}([\"{name}\"])");
                break;
            default:
                text.AppendLine($"{indent}{id}[\"{name}\"]");
                break;
        }

        if (state["Default"] is { } otherwise) Arrow(indent, id, (string)otherwise!, "otherwise");
        if (state["Next"] is { } next) Arrow(indent, id, (string)next!, null);
        foreach (var catcher in state["Catch"]?.AsArray() ?? []) Arrow(indent, id, (string)catcher!["Next"]!, string.Join(", ", catcher["ErrorEquals"]!.AsArray()), "-.->");
    }

    private void Arrow(string indent, string from, string to, string? label, string arrow = "-->") =>
        text.AppendLine(label is null ? $"{indent}{from} {arrow} {ids[to]}" : $"{indent}{from} {arrow}|{label}| {ids[to]}");

    private static string Label(JsonObject choice) =>
        choice["StringEquals"] is { } equal ? (string)equal! : (string?)choice["Comment"] ?? "if";
}
