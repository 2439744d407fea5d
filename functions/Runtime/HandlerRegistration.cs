using System.Text.Json.Serialization.Metadata;

namespace ServerlessGdpr.Functions.Runtime;

/// <summary>What the binary knows of one function before it is one.</summary>
/// <param name="Name">A value of <c>_HANDLER</c>.</param>
/// <param name="Settings">Every variable of this project that the function is deployed with.</param>
/// <param name="Create">Builds it; called once, at start.</param>
public sealed record HandlerRegistration(string Name, IReadOnlyList<Setting> Settings, Func<Composition, IFunction> Create)
{
    /// <param name="input">The shape of its input, made only when the function is built: each process builds one.</param>
    /// <param name="output">The shape of its answer.</param>
    public static HandlerRegistration Of<TIn, TOut>(
        string name,
        IReadOnlyList<Setting> settings,
        Func<FunctionsJson, JsonTypeInfo<TIn>> input,
        Func<FunctionsJson, JsonTypeInfo<TOut>> output,
        Func<Composition, IHandler<TIn, TOut>> create) =>
        new(name, settings, composition => new Function<TIn, TOut>(create(composition), input(FunctionsJson.Default), output(FunctionsJson.Default)));
}
