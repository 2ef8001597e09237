/** What a rule may look at, by the names that flows have for it. */
export const RULE_FIELDS = [
    'printer',
    'model',
    'material',
    'colour',
    'project',
    'tag',
    'name',
    'file',
    'status',
    'part',
] as const;
export type RuleField = (typeof RULE_FIELDS)[number];
