using System.CommandLine;
using ServerlessGdpr.Bench;

var subjects = new Option<int>("--subjects") { Description = "People to erase", DefaultValueFactory = _ => 2_000 };
var records = new Option<int>("--records") { Description = "Records of each", DefaultValueFactory = _ => 5 };
var rounds = new Option<int>("--rounds") { Description = "How often each way is measured", DefaultValueFactory = _ => 5 };
var replay = new Command("replay", "Erases people from a restored table, beside deleting the same items by hand.") { subjects, records, rounds };
replay.SetAction((parsed, cancellation) =>
    ReplayBench.RunAsync(parsed.GetValue(subjects), parsed.GetValue(records), parsed.GetValue(rounds), cancellation));

var entries = new Option<int>("--entries") { Description = "Entries of the ledger", DefaultValueFactory = _ => 100_000 };
var plan = new Command("plan", "Plans the replay of a whole ledger, and of a tenth of it.") { entries };
plan.SetAction((parsed, cancellation) => PlanBench.RunAsync(parsed.GetValue(entries), cancellation));

var files = new Option<int>("--files") { Description = "Files of logs", DefaultValueFactory = _ => 8 };
var megabytes = new Option<int>("--megabytes") { Description = "Of each, before compression", DefaultValueFactory = _ => 64 };
var logs = new Command("logs", "Searches logs for a person, beside zcat and grep on the same files.") { files, megabytes, rounds };
logs.SetAction((parsed, cancellation) => LogsBench.RunAsync(parsed.GetValue(files), parsed.GetValue(megabytes), parsed.GetValue(rounds), cancellation));

var starts = new Option<int>("--rounds") { Description = "How often each way is started", DefaultValueFactory = _ => 15 };
var coldStart = new Command("cold-start", "Starts a function that was published as Native AOT, ReadyToRun and for the JIT, up to its first answer.") { starts };
coldStart.SetAction((parsed, cancellation) => ColdStartBench.RunAsync(parsed.GetValue(starts), cancellation));

var atOnce = new Option<int>("--requests") { Description = "Requests at once, each of another person", DefaultValueFactory = _ => 200 };
var turns = new Option<int>("--rounds") { Description = "How often each way is measured", DefaultValueFactory = _ => 3 };
var erasures = new Command("erasures", "Erases people through the whole system on the local cloud, with functions that are warm and that start, beside the same by hand.") { atOnce, turns };
erasures.SetAction((parsed, cancellation) => ErasuresBench.RunAsync(parsed.GetValue(atOnce), parsed.GetValue(turns), cancellation));

var ofPerson = new Option<int>("--records") { Description = "Records of the person", DefaultValueFactory = _ => 5_000 };
var kinds = new Command("kinds", "Erases one person from each kind of datastore, beside the same by hand.") { ofPerson, rounds };
kinds.SetAction((parsed, cancellation) => KindsBench.RunAsync(parsed.GetValue(ofPerson), parsed.GetValue(rounds), cancellation));

var price = new Command("price", "The list price of an erasure, from counted calls.");
price.SetAction(_ => PriceBench.Print());

return await new RootCommand("Measures starts, erasures, kinds of datastores, replays, searches of logs, and what an erasure costs; results are in docs/performance.md.") { coldStart, erasures, kinds, replay, plan, logs, price }.Parse(args).InvokeAsync();
