/** JSON Schema as OpenAPI 3.1 holds it. */
export type Schema = Readonly<Record<string, unknown>>;

export const text = { type: 'string' };
export const textOrNull = { type: ['string', 'null'] };
export const time = { type: ['string', 'null'], format: 'date-time', description: 'UTC; null: not known' };
export const count = { type: 'integer', minimum: 0 };
export const number = { type: 'number' };
export const flag = { type: 'boolean' };

export const list = (items: Schema): Schema => ({ type: 'array', items });

/** An object that has all of these fields, and may have others later. */
export function object(properties: Readonly<Record<string, Schema>>, optional: readonly string[] = []): Schema {
    const required = Object.keys(properties).filter((name) => !optional.includes(name));
    return { type: 'object', properties, required };
}
