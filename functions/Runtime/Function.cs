using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace ServerlessGdpr.Functions.Runtime;

/// <summary>A handler with its JSON around it.</summary>
public interface IFunction
{
    Task<byte[]> InvokeAsync(ReadOnlyMemory<byte> input, Invocation invocation, CancellationToken deadline);
}

/// <inheritdoc cref="IFunction"/>
public sealed class Function<TIn, TOut>(IHandler<TIn, TOut> handler, JsonTypeInfo<TIn> inputType, JsonTypeInfo<TOut> outputType) : IFunction
{
    /// <exception cref="InvalidInput">The input is not JSON, or lacks what the handler needs.</exception>
    public async Task<byte[]> InvokeAsync(ReadOnlyMemory<byte> input, Invocation invocation, CancellationToken deadline)
    {
        var answer = await handler.HandleAsync(Read(input), invocation, deadline);
        return JsonSerializer.SerializeToUtf8Bytes(answer, outputType);
    }

    private TIn Read(ReadOnlyMemory<byte> input)
    {
        try
        {
            return JsonSerializer.Deserialize(input.Span, inputType) is { } read ? read : throw new InvalidInput();
        }
        catch (JsonException)
        {
            // Its message quotes the input.
            throw new InvalidInput();
        }
    }
}
