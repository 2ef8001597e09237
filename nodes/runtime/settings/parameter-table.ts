/** A row of the parameter table as it is saved. */
export interface ParameterConfig {
    template: string;
    value: string;
    valueType?: string;
}

const DEFAULT_PARAMETERS: readonly ParameterConfig[] = [
    { template: 'Weight', value: 'weight' },
    { template: 'PrintTime', value: 'time' },
];

/** Which parameter templates a find/create part node writes. */
export function parameterTable(config: Record<string, unknown>): readonly ParameterConfig[] {
    return Array.isArray(config['parameters']) ? (config['parameters'] as ParameterConfig[]) : DEFAULT_PARAMETERS;
}
