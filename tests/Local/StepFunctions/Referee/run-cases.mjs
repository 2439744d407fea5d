// Runs state machines in aws-local-stepfunctions and prints how each ended, as JSON in the order of the file.
// node run-cases.mjs CASES: [{ definition, input, answers: { state: [{ result } or { error }, ...] }, validate }]
import { readFileSync } from "node:fs";
import { StateMachine } from "aws-local-stepfunctions";

// The library is written for Node 22.
Promise.withResolvers ??= () => {
  let resolve, reject;
  const promise = new Promise((succeed, fail) => { resolve = succeed; reject = fail; });
  return { promise, resolve, reject };
};

// Each call of a task takes the next answer, and the last for ever; without any it gives back its input.
const handler = answers => {
  let calls = 0;
  return input => {
    const answer = answers[Math.min(calls++, answers.length - 1)];
    if (answer === undefined) return input;
    if (!answer.error) return answer.result;
    throw Object.assign(new Error("no"), { name: answer.error });
  };
};

const everyState = ({ States = {} }) => Object.entries(States).flatMap(([name, state]) =>
  [[name, state], ...[...(state.Branches ?? []), state.ItemProcessor ?? state.Iterator ?? {}].flatMap(everyState)]);

const run = async ({ definition, input, answers, validate }) => {
  const states = everyState(definition);
  const of = value => Object.fromEntries(states.map(([name]) => [name, value(name)]));
  const overrides = {
    taskResourceLocalHandlers: of(name => handler(answers?.[name] ?? [])),
    retryIntervalOverrides: of(() => 0),
    waitTimeOverrides: of(() => 0),
  };
  let machine;
  try {
    machine = new StateMachine(definition, { validationOptions: { noValidate: !validate } });
  } catch {
    return { refused: true };
  }
  try {
    return { output: await machine.run(input, { overrides }).result ?? null };
  } catch (error) {
    return { error: (error.cause ?? error).name };
  }
};

const results = [];
for (const one of JSON.parse(readFileSync(process.argv[2], "utf8"))) results.push(await run(one));
console.log(JSON.stringify(results));
