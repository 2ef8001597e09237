/** What a service asks of a webhook. */
export interface WebhookPreset {
    /** its key in the node's texts, too: `preset.<id>` and `presetHint.<id>` */
    id: string;
    /** its name, which no language translates */
    label: string;
    /** with what a person replaces in angle brackets */
    url: string;
    headers: Readonly<Record<string, string>>;
    data: Readonly<Record<string, unknown>>;
}

const JSON_HEADERS = { 'Content-Type': 'application/json' };

/** All of them are sent by POST, as JSON. */
export const WEBHOOK_PRESETS: readonly WebhookPreset[] = [
    {
        id: 'discord',
        label: 'Discord',
        url: 'https://discord.com/api/webhooks/<id>/<token>',
        headers: JSON_HEADERS,
        data: { content: '@message', file: '@snapshot' },
    },
    {
        id: 'telegram',
        label: 'Telegram',
        url: 'https://api.telegram.org/bot<token>/sendMessage',
        headers: JSON_HEADERS,
        data: { chat_id: '<chat id>', text: '@message' },
    },
    {
        id: 'ntfy',
        label: 'ntfy',
        url: 'https://ntfy.sh/',
        headers: JSON_HEADERS,
        data: { topic: '<your topic>', title: '@topic', message: '@message', tags: ['package'] },
    },
    {
        id: 'slack',
        label: 'Slack',
        url: 'https://hooks.slack.com/services/<T…>/<B…>/<key>',
        headers: JSON_HEADERS,
        data: { text: '@message' },
    },
    {
        id: 'homeAssistant',
        label: 'Home Assistant',
        url: 'http://homeassistant.local:8123/api/webhook/<webhook id>',
        headers: JSON_HEADERS,
        data: {
            topic: '@topic',
            message: '@message',
            device: '@deviceIdentifier',
            print: '@print.name',
            quantity: '@stock.quantity',
            url: '@stock.url',
        },
    },
    {
        id: 'gotify',
        label: 'Gotify',
        url: 'https://gotify.example/message',
        headers: { ...JSON_HEADERS, 'X-Gotify-Key': '@apiSecret' },
        data: { title: '@topic', message: '@message', priority: 5 },
    },
];
