import {
    DEFAULT_DATA,
    DEFAULT_HEADERS,
    DEFAULT_OAUTH_DATA,
    METHODS,
    type BodyType,
    type HookSettings,
    type Method,
    type TopicRow,
} from '../../lib/webhook/request/settings';
import { flagOf, numberOf, textOf } from '../runtime/node-red';

type Config = Record<string, unknown>;

/** The webhook as it is saved in a flow, or stands in the dialog. */
export function hookSettingsOf(config: Config): HookSettings {
    return {
        url: textOf(config['url']).trim(),
        method: methodOf(config['method']),
        type: typeOf(config['contentType']),
        headers: textOf(config['headers'], DEFAULT_HEADERS),
        data: textOf(config['data'], DEFAULT_DATA),
        deviceIdentifier: textOf(config['deviceIdentifier']),
        topics: topicsOf(config['topics']),
        oldRules: flagOf(config['oldRules'], false),
        oauth: flagOf(config['oauth'], false)
            ? {
                  url: textOf(config['oauthUrl']).trim(),
                  method: methodOf(config['oauthMethod']),
                  type: typeOf(config['oauthContentType']),
                  headers: textOf(config['oauthHeaders'], DEFAULT_HEADERS),
                  data: textOf(config['oauthData'], DEFAULT_OAUTH_DATA),
              }
            : null,
    };
}

export function sendingOf(config: Config): { timeoutMs: number; insecure: boolean; snapshotUrl: string } {
    return {
        timeoutMs: between(numberOf(config['timeout'], 30), 1, 600) * 1000,
        insecure: flagOf(config['insecure'], false),
        snapshotUrl: textOf(config['snapshotUrl']).trim(),
    };
}

export function queueSettingsOf(config: Config): {
    most: number;
    keepTryingMs: number;
    again: boolean;
    cooldownMs: number;
} {
    return {
        most: Math.round(between(numberOf(config['queue'], 1000), 1, 100_000)),
        keepTryingMs: between(numberOf(config['keepTrying'], 24), 0, 720) * 3600_000,
        again: flagOf(config['again'], true),
        cooldownMs: between(numberOf(config['cooldown'], 0), 0, 86_400) * 1000,
    };
}

function topicsOf(value: unknown): TopicRow[] {
    if (!Array.isArray(value)) return [];
    return (value as Config[])
        .map((row) => ({ topic: textOf(row['topic']).trim(), message: textOf(row['message']) }))
        .filter(({ topic }) => topic !== '');
}

function methodOf(value: unknown): Method {
    return METHODS.find((method) => method === value) ?? 'POST';
}

function typeOf(value: unknown): BodyType {
    return value === 'form' ? 'form' : 'json';
}

function between(value: number, least: number, most: number): number {
    return Math.min(most, Math.max(least, value));
}
