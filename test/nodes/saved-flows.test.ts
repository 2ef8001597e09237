import assert from 'node:assert/strict';
import { join } from 'node:path';
import { SETTINGS } from '../../nodes/octoprint-event-in/settings';
import { sourceSettings } from '../../nodes/octoprint-event-in/source-settings';
import { readSettings } from '../../nodes/runtime/settings/read-settings';
import { hookSettingsOf, queueSettingsOf, sendingOf, webhookValues } from '../../nodes/print-webhook/settings-of';
import { migrate, type Config } from '../../nodes/runtime/settings/migrations';
import { savedFlows } from '../harness/project';
import { Listener } from '../unit/webhook/listener';
import { NodeFixture, until } from './fixture';
import { collector, type Credentials, type FlowNode } from './flow';

/** What nodes get that their version did not know, by version and type. */
const OUTCOME = {
    outcome: 'wait',
    outcomeDays: 7,
    unanswered: 'attention',
    rejected: 'skip',
    rejectedStatus: 65,
    doubles: 'hold',
};
const STOCK = {
    messageQuantity: false,
    pieces: [],
    piecesParameter: '',
    packSize: '',
    rules: [],
    locationPerPrinter: false,
    buildOrders: false,
    owner: '',
    ownerType: 'num',
    price: 'none',
    currency: '',
    priceDecimals: 4,
};
const OF_RULES = { 'inventree-stock-create': STOCK, 'inventree-part-upsert': { rules: [], variants: 'none' } };
const ADDED: Record<string, Record<string, Config>> = {
    '0.1.0': {
        ...OF_RULES,
        'bambuddy-archive-in': OUTCOME,
        'inventree-part-upsert': { createTemplates: false, rules: [], variants: 'none' },
    },
    '2026-11-26': {
        ...OF_RULES,
        'bambuddy-archive-in': OUTCOME,
        'octoprint-event-in': {
            leaveOut: 'cp_bed_clearing_script, cp_queue_finished_script, cp_queue_finished, clear_bed, bed_clearing',
        },
    },
    '2026-11-30': OF_RULES,
};

describe('flows that earlier versions saved', () => {
    for (const { version, flow } of savedFlows()) {
        const id = (type: string): string => flow.find((node) => node.type === type)!.id;
        const ofType = (type: string): Config | undefined => flow.find((node) => node.type === type);

        it(`${version}: every property stays as it was saved, and what is new does what was usual`, () => {
            for (const node of flow) {
                const { version: _before, ...saved } = node as Config;
                const migrated = migrate<Config>(node.type, node);
                for (const [property, value] of Object.entries({ ...saved, ...ADDED[version]![node.type] }))
                    assert.deepEqual(migrated[property], value, `${node.type} ${property}`);
            }
        });

        it(`${version}: runs`, async () => {
            const fixture = new NodeFixture();
            const chat = await new Listener().open();
            await fixture.open();
            try {
                const nodes = flow.map((node): FlowNode => {
                    if (node.type === 'bambuddy-server') return { ...node, url: fixture.bambuddy.url };
                    if (node.type === 'inventree-server') return { ...node, url: fixture.inventree.url };
                    if (node.type === 'print-webhook') return { ...node, url: `${chat.url}/hook` };
                    if (node.type === 'sync-store' && node['file'] !== '')
                        return { ...node, file: join(fixture.userDir, String(node['file'])) };
                    return node.type === 'debug' ? collector(node.id, String(node['z'])) : node;
                });
                const credentials: Credentials = {
                    [id('bambuddy-server')]: { apiKey: fixture.bambuddy.apiKey },
                    [id('inventree-server')]: { token: fixture.inventree.token },
                };
                if (ofType('print-webhook')) credentials[id('print-webhook')] = { apiSecret: 'hook-s3cret' };
                await fixture.deploy(nodes, credentials);
                fixture.bambuddy.print({ name: 'Hook', quantity: 6, startedAt: '2026-11-01T10:00:00Z' });
                fixture.send(id('bambuddy-archive-in'), { payload: { action: 'backfill', mode: 'all' } });
                const out = flow.find((node) => node['name'] === 'out')!.id;
                const [msg] = await fixture.messages(out, 1);
                const { quantity } = msg!['stock'] as { quantity: number };
                assert.equal(quantity, 6);
                assert.equal((msg!['part'] as { name: string }).name, 'Hook');
                assert.match((msg!['part'] as { IPN: string }).IPN, /^OLD-/);

                const [part] = fixture.inventree.state.parts.values();
                assert.deepEqual(
                    [part!.description, part!.keywords, part!.category],
                    ['made by P1S left', 'bambuddy', fixture.category],
                );
                const [item] = fixture.inventree.state.stock.values();
                assert.deepEqual(
                    [item!.batch, item!.status, item!.location, item!.delete_on_deplete],
                    ['bambuddy-1', 50, fixture.location, false],
                );
                if (ofType('inventree-stock-create')!['notes'] !== '')
                    assert.match(String(item!.notes), /\n\nfrom bambuddy-1$/);
                if (ofType('print-webhook') === undefined) return;
                await until('the webhook', () => chat.heard.length === 1);
                const [{ method, headers }] = chat.heard as [(typeof chat.heard)[0]];
                assert.deepEqual([method, headers['x-shop']], ['PUT', 'Workshop']);
                assert.deepEqual(chat.json, [{ topic: 'Print In Stock', text: 'Hook: 6 more', secret: 'hook-s3cret' }]);
            } finally {
                await fixture.close();
                await chat.close();
            }
        });

        if (ofType('print-webhook') === undefined) continue;
        it(`${version}: webhook and OctoPrint have the settings that were saved`, () => {
            const hook = migrate<Config>('print-webhook', ofType('print-webhook')!);
            const { topics, oauth, ...call } = hookSettingsOf(webhookValues(hook));
            assert.deepEqual(
                { method: call.method, type: call.type, device: call.deviceIdentifier, oldRules: call.oldRules, oauth },
                { method: 'PUT', type: 'json', device: 'Workshop', oldRules: false, oauth: null },
            );
            assert.deepEqual(topics, [{ topic: 'Print In Stock', message: '@print.name: @stock.quantity more' }]);
            assert.deepEqual(
                hookSettingsOf(webhookValues({ ...hook, oauth: true, oauthUrl: 'http://login.lan' })).oauth,
                {
                    url: 'http://login.lan',
                    method: 'POST',
                    type: 'form',
                    headers: hook['oauthHeaders'],
                    data: hook['oauthData'],
                },
            );
            assert.deepEqual(sendingOf(webhookValues(hook)), { timeoutMs: 20_000, insecure: false, snapshotUrl: '' });
            assert.deepEqual(queueSettingsOf(webhookValues(hook)), {
                most: 500,
                keepTryingMs: 48 * 3600_000,
                again: false,
                cooldownMs: 0,
            });

            const events = ofType('octoprint-event-in')!;
            const {
                id: _id,
                rule,
                leaveOut,
                ...settings
            } = sourceSettings('o', readSettings(SETTINGS.settings, migrate('octoprint-event-in', events)));
            assert.deepEqual(settings, {
                live: false,
                webhook: true,
                progressEvery: 25,
                interval: 0,
                startWith: 'all',
                filament: { diameter: 1.75, density: 1.24 },
                picture: false,
                window: 2,
                passAfter: 120,
            });
            assert.equal(rule.samePart, 'name');
            const expected = events['leaveOut'] ?? ADDED[version]!['octoprint-event-in']!['leaveOut'];
            assert.deepEqual(leaveOut, String(expected).split(', '));
        });
    }
});

describe('the migration of a saved node', () => {
    it('leaves one alone that is up to date, from a later version, or not ours', () => {
        for (const [type, node] of [
            ['inventree-part-upsert', { version: 2, category: '7' }],
            ['inventree-part-upsert', { version: 99 }],
            ['inject', { topic: '' }],
        ] as const)
            assert.equal(migrate(type, node), node);
    });

    it('says of each typed input what it is, where a flow made by hand does not', () => {
        const migrated = migrate('inventree-part-upsert', { category: 7, partName: 'Hook' });
        assert.deepEqual(migrated, {
            type: 'inventree-part-upsert',
            category: 7,
            categoryType: 'num',
            partName: 'Hook',
            partNameType: 'str',
            createTemplates: false,
            variants: 'none',
            rules: [],
            version: 2,
        });
    });

    it('gives nodes of OctoPrint that were made by hand what is usual, so that dialog and runtime agree', () => {
        const { live, interval, path, topics } = migrate<Config>('octoprint-event-in', {
            interval: 0,
            live: undefined,
        });
        assert.deepEqual([live, interval, path], [true, 0, '/octoprint']);
        assert.deepEqual(topics, ['started', 'done', 'failed', 'paused', 'resumed', 'userAction', 'error']);
        assert.equal(migrate<Config>('octoprint-server', { url: 'http://octopi.local' })['prefix'], 'octoprint');
    });

    it('takes a stock status under its first name, and never what the editor shows below a node', () => {
        const { stockStatus, version } = migrate<Config>('inventree-stock-create', { status: 50 });
        assert.deepEqual({ stockStatus, version }, { stockStatus: 50, version: 2 });
        const shown = { fill: 'green', text: '+1' };
        const node = migrate<Config>('inventree-stock-create', { status: shown });
        assert.deepEqual([node['status'], node['stockStatus']], [shown, undefined]);
    });
});
