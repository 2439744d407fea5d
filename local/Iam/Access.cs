using System.Collections.Immutable;

namespace ServerlessGdpr.Local.Iam;

/// <summary>One permission that a request takes.</summary>
/// <param name="Action">For example <c>dynamodb:GetItem</c>.</param>
/// <param name="Resource">An ARN, or <c>*</c> where the action knows no resources.</param>
public sealed record Access(string Action, string Resource)
{
    internal static readonly ImmutableDictionary<string, ImmutableArray<string>> NoKeys =
        ImmutableDictionary.Create<string, ImmutableArray<string>>(StringComparer.OrdinalIgnoreCase);

    /// <summary>The condition keys that the request has, with their values.</summary>
    public ImmutableDictionary<string, ImmutableArray<string>> Keys { get; private init; } = NoKeys;

    /// <summary>The same, by whom.</summary>
    internal Access By(IamRole role) => this with { Keys = role.Keys.SetItems(Keys) };

    public Access With(string key, params IEnumerable<string> values) => this with { Keys = Keys.SetItem(key, [.. values]) };
}
