/** Older servers speak too differently (parameters without units checks, tokens without a page of their own). */
export const OLDEST_API = 350;

/** What differs between versions of InvenTree's API, as far as we use it. A difference is a new row. */
export interface Dialect {
    /** first API version that speaks it */
    from: number;
    parameters: string;
    templates: string;
    /** a list of parameters in one POST; before 410 that is a 500 */
    bulkParameters: boolean;
    /** the keys that name a parameter's Part, in bodies and filters */
    parameterOf: (part: number) => Record<string, string | number>;
    /** tracking entries outlive their item (`item: null`) and can be asked for by Part (changelog; seen on 530) */
    keepsTracking: boolean;
}

const generic = (part: number): Record<string, string | number> => ({ model_type: 'part.part', model_id: part });
const ofPart = (part: number): Record<string, string | number> => ({ part });

/** Newest first. */
const DIALECTS: Dialect[] = [
    {
        from: 450,
        parameters: '/api/parameter/',
        templates: '/api/parameter/template/',
        bulkParameters: true,
        parameterOf: generic,
        keepsTracking: true,
    },
    {
        from: 430,
        parameters: '/api/parameter/',
        templates: '/api/parameter/template/',
        bulkParameters: true,
        parameterOf: generic,
        keepsTracking: false,
    },
    {
        from: 410,
        parameters: '/api/part/parameter/',
        templates: '/api/part/parameter/template/',
        bulkParameters: true,
        parameterOf: ofPart,
        keepsTracking: false,
    },
    {
        from: 0,
        parameters: '/api/part/parameter/',
        templates: '/api/part/parameter/template/',
        bulkParameters: false,
        parameterOf: ofPart,
        keepsTracking: false,
    },
];

/** Versions newer than any we know are spoken to as the newest known. */
export function dialectOf(apiVersion: number): Dialect {
    return DIALECTS.find((dialect) => apiVersion >= dialect.from)!;
}
