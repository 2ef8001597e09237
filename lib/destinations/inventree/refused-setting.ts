import { RejectedError } from '../../http/errors';

/** Names the setting behind a refusal, by the field that the server complained of. */
export function withSetting(error: RejectedError, settings: readonly string[]): RejectedError {
    const body = error.body;
    if (typeof body !== 'object' || body === null) return error;
    const setting = settings.find((name) => Object.hasOwn(body, name));
    if (setting === undefined) return error;
    return new RejectedError(`${error.message}. Check the setting "${setting}".`, {
        server: error.server,
        status: error.status,
        body,
        setting,
    });
}
