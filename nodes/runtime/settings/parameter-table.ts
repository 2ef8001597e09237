/** A row of the parameter table as it is saved. */
export interface ParameterConfig {
    template: string;
    value: string;
    valueType?: string;
}
