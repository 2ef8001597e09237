import { page } from './pages';

/** An answer that is not the one hoped for. Thrown anywhere, sent by the dispatcher. */
export class Refusal extends Error {
    constructor(
        readonly status: number,
        readonly body: unknown,
        readonly headers: Record<string, string> = {},
    ) {
        super(`${status} ${JSON.stringify(body)}`);
    }
}

export type FieldErrors = Record<string, unknown>;

/** 400 with messages by field, as the serializers give them */
export function invalid(errors: FieldErrors | unknown[]): Refusal {
    return new Refusal(400, errors);
}

export function invalidField(field: string, ...messages: string[]): Refusal {
    return invalid({ [field]: messages });
}

export function unauthenticated(detail: string): Refusal {
    return new Refusal(401, { detail }, { 'WWW-Authenticate': 'Token' });
}

export function forbidden(detail = 'You do not have permission to perform this action.'): Refusal {
    return new Refusal(403, { detail });
}

export function noSuch(model: string): Refusal {
    return new Refusal(404, { detail: `No ${model} matches the given query.` });
}

export function methodNotAllowed(method: string): Refusal {
    return new Refusal(405, { detail: `Method "${method}" not allowed.` });
}

/** 500: the server hides the cause, the admin finds it in the error report */
export function crash(error: string, path: string): Refusal {
    const module = databaseErrors.has(error) ? 'django.db.utils.' : '';
    return new Refusal(500, {
        error,
        error_class: `<class '${module}${error}'>`,
        detail: 'Error details can be found in the admin panel',
        path,
        status_code: 500,
    });
}

const databaseErrors = new Set(['OperationalError', 'IntegrityError']);

export function htmlPage(status: number, title: string, headers: Record<string, string> = {}): Refusal {
    return new Refusal(status, page(title), headers);
}
