using System.CommandLine;
using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Local.Toolchain;

namespace ServerlessGdpr.Local.Commands;

/// <summary>The commands and their exit codes: 0 everything held, 1 something did not, 2 the caller's input is wrong.</summary>
public static class CommandLine
{
    private const int Failed = 1;
    private const int WrongInput = 2;

    /// <summary>How long stopping every child process may take.</summary>
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(20);

    public static async Task<int> RunAsync(string[] args)
    {
        var parsed = Root().Parse(args.Length == 0 ? ["demo"] : args);
        var code = await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = StopLimit, EnableDefaultExceptionHandler = false });
        return parsed.Errors.Count > 0 ? WrongInput : code;
    }

    private static RootCommand Root() => new("Runs the erasure of personal data on a local cloud that deploys the synthesized template.") { Demo(), Send(), Serve(), Draw() };

    private static Command Demo()
    {
        var json = Json();
        var functions = Functions();
        var command = new Command("demo", "Erases one person of a small shop and checks every promise.") { json, functions };
        command.SetAction((parsed, cancellation) => GuardAsync(() => DemoCommand.RunAsync(parsed.GetValue(functions), parsed.GetValue(json), cancellation), cancellation));
        return command;
    }

    private static Command Send()
    {
        var files = new Argument<string[]>("FILE") { Description = "Files with events, such as events/erasure-requested.json", Arity = ArgumentArity.OneOrMore };
        var wait = new Option<bool>("--wait") { Description = "Wait until nothing more happens by itself, not only until the events are taken in" };
        var json = Json();
        var functions = Functions();
        var command = new Command("send", "Starts the same cloud and publishes events.") { files, wait, json, functions };
        command.SetAction((parsed, cancellation) => GuardAsync(
            () => SendCommand.RunAsync(parsed.GetValue(files)!, parsed.GetValue(wait), parsed.GetValue(functions), parsed.GetValue(json), cancellation), cancellation));
        return command;
    }

    private static Command Serve()
    {
        var port = new Option<int>("--port") { Description = "The loopback port; 0 takes a free one", DefaultValueFactory = _ => 4566 };
        var seed = new Option<bool>("--seed") { Description = "Fill the demo shop with people" };
        var lose = new Option<string[]>("--lose-events") { Description = "A source whose events about restores are lost: the reconciler has to notice" };
        lose.AcceptOnlyFromAmong("aws.backup", "aws.dynamodb", "aws.rds");
        var functions = Functions();
        var command = new Command("serve", "Keeps the local cloud up until Ctrl-C.") { port, seed, lose, functions };
        command.SetAction((parsed, cancellation) => GuardAsync(
            () => ServeCommand.RunAsync(parsed.GetValue(port), parsed.GetValue(seed), parsed.GetValue(lose) ?? [], parsed.GetValue(functions), cancellation), cancellation));
        return command;
    }

    private static Command Draw()
    {
        var command = new Command("draw", "Draws the workflows into the docs anew.");
        command.SetAction((_, cancellation) => GuardAsync(() => DrawCommand.RunAsync(cancellation), cancellation));
        return command;
    }

    private static Option<bool> Json() => new("--json") { Description = "Print the result as one JSON object on the last line" };

    private static Option<string?> Functions() => new("--functions") { Description = "The folder of a published function binary, instead of the one built with this program" };

    private static async Task<int> GuardAsync(Func<Task<int>> run, CancellationToken cancellation)
    {
        try
        {
            return await run();
        }
        catch (InputError wrong)
        {
            await Console.Error.WriteLineAsync(wrong.Message);
            return WrongInput;
        }
        catch (Exception expected) when (expected is SetupError or AwsError)
        {
            await Console.Error.WriteLineAsync(expected.Message);
            return Failed;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync("Stopped.");
            return Failed;
        }
    }
}
