/** What a message into a source of products may ask for. */
export const CATALOG_ACTIONS = [
    'refresh',
    'preview',
    'sync',
    'status',
    'switch',
    'pause',
    'resume',
    'stop',
    'retry',
    'retry-all',
    'link',
    'agree',
    'put-back',
    'export',
    'import',
    'accounts',
    'approve',
    'suspend',
    'remove',
    'code',
] as const;
export type CatalogAction = (typeof CATALOG_ACTIONS)[number];

/** The message asks for something there is not, or with a value of the wrong kind. */
export class CatalogActionError extends Error {
    readonly code = 'ACTION';
    /** @param why without what would be right, which the message adds */
    constructor(readonly why: string) {
        super(`${why}. Send one of ${CATALOG_ACTIONS.join(', ')}, as a string or as { action, … } in msg.payload.`);
        this.name = 'CatalogActionError';
    }
}

/** What a message says beside the action's name. */
export type ActionFields = Readonly<Record<string, unknown>>;

/** @throws CatalogActionError where there is none */
export function textOf(fields: ActionFields, name: string): string {
    const value = fields[name];
    const text = typeof value === 'number' ? String(value) : typeof value === 'string' ? value.trim() : '';
    if (text === '') throw new CatalogActionError(`"${name}" is missing`);
    return text;
}

/** @returns null where it is not there. @throws CatalogActionError where it says nothing */
export function optionalText(fields: ActionFields, name: string): string | null {
    return fields[name] === undefined || fields[name] === null ? null : textOf(fields, name);
}
