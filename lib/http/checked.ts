import * as v from 'valibot';
import { ConfigError, type ServerName } from './errors';

/** May be null, missing on older servers or of an unknown form: null. For all that we can do without. */
export const maybe = <const T extends v.GenericSchema>(schema: T) =>
    v.fallback(v.optional(v.nullable(schema), null), null);

export type Checked = <const T extends v.GenericSchema>(schema: T, body: unknown, what: string) => v.InferOutput<T>;

/** A reader of a server's answers: throws ConfigError naming the first thing that is not as that server sends it. */
export function checkedFor(server: ServerName): Checked {
    return (schema, body, what) => {
        const result = v.safeParse(schema, body);
        if (result.success) return result.output;
        const issue = result.issues[0];
        const path = issue.path?.map((item) => String(item.key)).join('.') ?? 'the whole';
        throw new ConfigError(`${server} answered ${what} in a form we do not know (${path}: ${issue.message})`, {
            server,
            setting: 'url',
            trouble: 'unreadable',
        });
    };
}
