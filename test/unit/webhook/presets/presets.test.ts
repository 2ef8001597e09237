import assert from 'node:assert/strict';
import { WEBHOOK_PRESETS, type WebhookPreset } from '../../../../editor/dialogs/fields/webhook-preset-list';
import { DEFAULT_MESSAGES } from '../../../../lib/webhook/request/events';
import type { HookSettings } from '../../../../lib/webhook/request/settings';
import { testSend } from '../../../../lib/webhook/test-send/test-send';
import { Listener } from '../listener';
import { replyOf, SERVICES } from './services';

/** What a person fills into the preset's address and data. */
const FILLED: Readonly<Record<string, { path: string; data?: Record<string, string>; secret?: string }>> = {
    discord: { path: '/api/webhooks/1234/s3cret-token' },
    telegram: { path: '/bot110201543:AAHdqTcvCH1vGWJx/sendMessage', data: { chat_id: '-1001234' } },
    ntfy: { path: '/', data: { topic: 'my-prints' } },
    slack: { path: '/services/T000/B000/XXXX' },
    homeAssistant: { path: '/api/webhook/print-in-stock' },
    gotify: { path: '/message', secret: 'AbCdEfGhIjKlMnO' },
};

const settingsOf = (preset: WebhookPreset, url: string): HookSettings => ({
    url,
    method: 'POST',
    type: 'json',
    headers: JSON.stringify(preset.headers),
    data: JSON.stringify({ ...preset.data, ...FILLED[preset.id]!.data }),
    deviceIdentifier: '',
    topics: [],
    oldRules: false,
    oauth: null,
});

describe('the presets of a webhook', () => {
    let service: Listener;

    beforeEach(async () => {
        service = await new Listener().open();
    });
    afterEach(() => service.close());

    const send = (preset: WebhookPreset, topic: string, settings: Partial<HookSettings> = {}) => {
        const { path, secret = '' } = FILLED[preset.id]!;
        service.reply = replyOf(SERVICES[preset.id]!);
        return testSend(
            { ...settingsOf(preset, `${service.url}${path}`), ...settings },
            { apiSecret: secret, oauthSecret: '' },
            topic,
            { timeoutMs: 5000, insecure: false, snapshotUrl: '' },
        );
    };

    for (const preset of WEBHOOK_PRESETS) {
        for (const topic of [...Object.keys(DEFAULT_MESSAGES), 'your own topic'])
            it(`${preset.label} takes "${topic}"`, async () => {
                const { answer, failure, mistakes } = await send(preset, topic);
                assert.deepEqual(mistakes, []);
                assert.equal(failure, null);
                assert.equal(answer?.ok, true, answer?.body);
            });

        it(`${preset.label}: its address is an example, and its service refuses what is not filled in`, async () => {
            assert.match(new URL(preset.url.replace(/[<>…]/g, '')).protocol, /^https?:$/);
            service.reply = replyOf(SERVICES[preset.id]!);
            const { answer } = await send(preset, 'Print In Stock', { data: '{}' });
            assert.equal(answer?.ok, false);
        });
    }

    it('Gotify gets its token from the secret, and it is in no setting', async () => {
        const preset = WEBHOOK_PRESETS.find(({ id }) => id === 'gotify')!;
        await send(preset, 'Print In Stock');
        assert.equal(service.heard[0]!.headers['x-gotify-key'], FILLED['gotify']!.secret);
        assert.ok(!JSON.stringify(settingsOf(preset, '')).includes(FILLED['gotify']!.secret!));
    });
});
