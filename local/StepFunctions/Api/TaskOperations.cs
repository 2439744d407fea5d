using System.Text.Json;
using System.Text.Json.Nodes;
using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Local.StepFunctions.Paths;
using ServerlessGdpr.Local.StepFunctions.Running;

namespace ServerlessGdpr.Local.StepFunctions.Api;

/// <summary>The operations on tasks that wait for their token.</summary>
internal sealed class TaskOperations(TaskTokens tokens)
{
    public JsonObject Succeed(ApiRequest request)
    {
        request.AllowOnly("taskToken output");
        var (token, output) = (request.Required("taskToken"), request.Required("output"));
        tokens.End(token, new TaskOutcome(Checked(output), null));
        return [];
    }

    public JsonObject Fail(ApiRequest request)
    {
        request.AllowOnly("taskToken error cause");
        tokens.End(request.Required("taskToken"), new TaskOutcome(null, new StateFailure(request.Text("error"), request.Text("cause"))));
        return [];
    }

    public JsonObject Heartbeat(ApiRequest request)
    {
        request.AllowOnly("taskToken");
        tokens.Heartbeat(request.Required("taskToken"));
        return [];
    }

    private static string Checked(string output)
    {
        if (Json.IsTooLarge(output)) throw new AwsError("ValidationException", "1 validation error detected: Value at 'output' failed to satisfy constraint: Member must have length less than or equal to 262144");
        try
        {
            return Json.Text(Json.Parse(output));
        }
        catch (JsonException error)
        {
            throw new AwsError("InvalidOutput", $"Invalid Output: '{error.Message}'");
        }
    }
}
