import type { HookSettings } from '../../lib/webhook/request/settings';
import { readSettings, type ValuesOf } from '../runtime/settings/read-settings';
import { SETTINGS } from './settings';

export type WebhookValues = ValuesOf<typeof SETTINGS.settings>;

/**
 * The settings of a webhook as it is saved in a flow, or stands in the dialog.
 * @param warn is told of numbers that the dialog would not take
 */
export function webhookValues(config: Record<string, unknown>, warn?: (text: string) => void): WebhookValues {
    return readSettings(SETTINGS.settings, config, warn);
}

/** What is sent, and where to. */
export function hookSettingsOf(values: WebhookValues): HookSettings {
    const { url, method, contentType: type, headers, data, deviceIdentifier, topics, oldRules } = values;
    return {
        url,
        method,
        type,
        headers,
        data,
        deviceIdentifier,
        topics,
        oldRules,
        oauth: values.oauth
            ? {
                  url: values.oauthUrl,
                  method: values.oauthMethod,
                  type: values.oauthContentType,
                  headers: values.oauthHeaders,
                  data: values.oauthData,
              }
            : null,
    };
}

export function sendingOf(values: WebhookValues): { timeoutMs: number; insecure: boolean; snapshotUrl: string } {
    const { timeout, insecure, snapshotUrl } = values;
    return { timeoutMs: timeout * 1000, insecure, snapshotUrl };
}

export function queueSettingsOf({ queue, keepTrying, again, cooldown }: WebhookValues): {
    most: number;
    keepTryingMs: number;
    again: boolean;
    cooldownMs: number;
} {
    return { most: queue, keepTryingMs: keepTrying * 3600_000, again, cooldownMs: cooldown * 1000 };
}
