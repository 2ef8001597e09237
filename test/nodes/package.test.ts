import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { NodeInitializer } from 'node-red';
import { DEFAULT_DATA, DEFAULT_HEADERS, DEFAULT_OAUTH_DATA } from '../../lib/webhook/request/settings';
import { projectRoot } from '../harness/project';
import { NodeFixture } from './fixture';
import { definitionOf, ofJson } from './definition';
import { ALL, line, type FlowNode } from './flow';
import { NODE_TYPES, sharedTexts, textAt, textsOf } from './texts';

/** Every node says which version of its settings it was saved with. */
const VERSION = 1;

/** Saved flows depend on these names: the nodes' properties with their defaults, and what is a credential. */
const CONTRACT: Record<string, { defaults: Record<string, unknown>; credentials?: string[] }> = {
    'bambuddy-server': {
        defaults: { name: '', url: '', webUrl: '', prefix: 'bambuddy', timeout: 30, insecure: false },
        credentials: ['apiKey'],
    },
    'inventree-server': {
        defaults: {
            name: '',
            url: '',
            webUrl: '',
            timeout: 30,
            uploadTimeout: 120,
            writes: 1,
            reads: 4,
            insecure: false,
            // the base of the web pages, where it cannot be learned
            frontend: '',
        },
        credentials: ['token'],
    },
    'sync-store': { defaults: { name: '', bambuddy: '', inventree: '', file: '' } },
    'bambuddy-archive-in': {
        defaults: {
            name: '',
            sync: '',
            interval: 300,
            pollOnDeploy: true,
            live: true,
            startWith: 'now',
            successOnly: true,
            printers: '',
            projects: '',
            tags: '',
            samePart: 'file',
            keyFields: 'content_hash,filename,print_name,name',
            platesApart: true,
            pageSize: 50,
            window: 4,
            passAfter: 60,
            settle: 5,
            outcome: 'wait',
            outcomeDays: 7,
            unanswered: 'attention',
            rejected: 'skip',
            rejectedStatus: 65,
            failed: 'send',
            failedStatus: 50,
            doubles: 'hold',
            version: 3,
        },
    },
    'inventree-part-upsert': {
        defaults: {
            name: '',
            sync: '',
            category: '',
            categoryType: 'num',
            ipnPrefix: 'BMB',
            ipnPrefixType: 'str',
            partName: '',
            partNameType: 'auto',
            description: '',
            descriptionType: 'auto',
            keywords: 'bambuddy',
            keywordsType: 'str',
            link: '',
            linkType: 'auto',
            parameters: [
                { template: 'Weight', value: 'weight' },
                { template: 'PrintTime', value: 'time' },
            ],
            createTemplates: false,
            variants: 'none',
            rules: [],
            version: 2,
        },
    },
    'inventree-stock-create': {
        defaults: {
            name: '',
            sync: '',
            location: '',
            locationType: 'num',
            quantity: 1,
            quantityType: 'num',
            // `status` is taken in the editor: a node's own live status
            stockStatus: 10,
            stockStatusType: 'num',
            notes: '',
            notesType: 'auto',
            deleteOnDeplete: true,
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
            version: 2,
        },
    },
    'inventree-stock-consume': {
        defaults: {
            name: '',
            sync: '',
            findBy: 'batch',
            key: '{tag}',
            parameter: '',
            spools: [],
            startWith: 'now',
            diameter: 1.75,
            density: '',
        },
    },
    'inventree-image-upload': {
        defaults: {
            name: '',
            sync: '',
            overwrite: false,
            attachFile: false,
            attachMost: 50,
            attachPhoto: false,
            attachTimelapse: false,
            attachPage: false,
            version: 2,
        },
    },
    'bambuddy-link-back': { defaults: { name: '', sync: '', overwrite: false } },
    'sync-api': {
        defaults: { name: '', source: '', path: '/print-to-stock' },
        credentials: ['serviceToken', 'webhookSecret'],
    },
    'print-webhook': {
        defaults: {
            name: '',
            url: '',
            method: 'POST',
            contentType: 'json',
            headers: DEFAULT_HEADERS,
            data: DEFAULT_DATA,
            deviceIdentifier: '',
            topics: [],
            cooldown: 0,
            snapshotUrl: '',
            sync: '',
            timeout: 30,
            insecure: false,
            keepTrying: 24,
            queue: 1000,
            again: true,
            oldRules: false,
            oauth: false,
            oauthUrl: '',
            oauthMethod: 'POST',
            oauthContentType: 'json',
            oauthHeaders: DEFAULT_HEADERS,
            oauthData: DEFAULT_OAUTH_DATA,
        },
        credentials: ['apiSecret', 'oauthSecret'],
    },
    'octoprint-server': {
        defaults: {
            name: '',
            url: '',
            deviceIdentifier: '',
            snapshotUrl: '',
            prefix: 'octoprint',
            timeout: 30,
            insecure: false,
            version: 1,
        },
        credentials: ['apiKey', 'snapshotLogin'],
    },
    'octoprint-event-in': {
        defaults: {
            name: '',
            server: '',
            sync: '',
            topics: ['started', 'done', 'failed', 'paused', 'resumed', 'userAction', 'error'],
            progressEvery: 10,
            events: '',
            live: true,
            webhook: false,
            path: '/octoprint',
            startWith: 'now',
            samePart: 'file',
            leaveOut: 'cp_bed_clearing_script, cp_queue_finished_script, cp_queue_finished, clear_bed, bed_clearing',
            picture: true,
            diameter: '',
            density: '',
            interval: 300,
            window: 4,
            passAfter: 60,
            version: 2,
        },
        credentials: ['apiSecret'],
    },
    'catalog-store': { defaults: { name: '', file: '' } },
    'evotor-account': {
        defaults: {
            name: '',
            catalog: '',
            url: 'https://api.evotor.ru',
            userId: '',
            authorization: 'auto',
            timeout: 20,
        },
        credentials: ['token'],
    },
    'vk-community': {
        defaults: {
            name: '',
            catalog: '',
            groupId: '',
            url: 'https://api.vk.com',
            ca: '',
            apiVersion: '5.199',
            callsPerSecond: 3,
            callsPerMonth: 10_000,
            countExecute: 'each',
            photosPerSave: 10,
            timeout: 30,
        },
        credentials: ['accessToken', 'refreshToken', 'clientId', 'deviceId'],
    },
    'evotor-catalog-in': {
        defaults: {
            name: '',
            linked: false,
            account: '',
            catalog: '',
            url: 'https://api.evotor.ru',
            interval: 3600,
            stockInterval: 900,
            pollOnDeploy: true,
            newGroups: 'parent',
            leaveOut: ['alcohol', 'tobacco', 'age-limited'],
            pictures: true,
            picturesPerDay: 200,
            window: 100,
        },
    },
    'evotor-webhooks': {
        defaults: { name: '', catalog: '', path: '/evotor', publicUrl: '' },
        credentials: ['webhookSecret'],
    },
    'inventree-stock-in': {
        defaults: {
            name: '',
            catalog: '',
            inventree: '',
            categories: '',
            locations: '',
            statuses: '10',
            interval: 900,
            price: '',
            priceType: 'auto',
            salableOnly: true,
            window: 100,
        },
    },
    'vk-catalog-in': { defaults: { name: '', community: '', interval: 86_400 } },
    'vk-product-upsert': {
        defaults: {
            name: '',
            community: '',
            category: '',
            categoryType: 'num',
            groups: [],
            albums: 'path',
            markup: 0,
            rounding: 'none',
            oldPrice: '',
            oldPriceType: 'auto',
            outOfStock: 'hide',
            goneProducts: 'hide',
            keepManual: ['name', 'description', 'pictures', 'category', 'albums'],
            description: '',
            link: '',
            picture: 'pad',
            fallbackPicture: '',
            sendStock: true,
            mostHidden: 20,
            mostHiddenPercent: 10,
            dryRun: false,
        },
    },
};

/** Inputs and outputs of the nodes that have not one of each. */
const PORTS: Readonly<Record<string, [number, number]>> = {
    'inventree-stock-consume': [1, 2],
    'bambuddy-archive-in': [1, 3],
    'octoprint-event-in': [1, 3],
    'sync-api': [0, 0],
    'evotor-catalog-in': [1, 2],
    'evotor-webhooks': [0, 0],
    'inventree-stock-in': [1, 2],
    'vk-product-upsert': [1, 2],
    'vk-catalog-in': [1, 2],
};

const SHARED = '@print-to-stock/node-red-bambuddy-inventree/print-to-stock-dialogs';
const dist = join(projectRoot, 'dist', 'nodes');
const load = createRequire(__filename);
const packageJson = load(join(projectRoot, 'package.json')) as { 'node-red': { nodes: Record<string, string> } };
const listed = Object.entries(packageJson['node-red'].nodes);
const sourceOf = (type: string, file: string): string => readFileSync(join(projectRoot, 'nodes', type, file), 'utf8');

describe('the package', () => {
    before(function () {
        this.timeout(60_000);
        if (isBuilt()) return;
        const built = spawnSync(process.execPath, [join(projectRoot, 'scripts', 'build.mjs')], { encoding: 'utf8' });
        assert.equal(built.status, 0, built.stdout + built.stderr);
    });

    it('lists every node there is, each once', () => {
        assert.deepEqual(listed.map(([type]) => type).sort(), [...NODE_TYPES].sort());
        assert.deepEqual(Object.keys(CONTRACT).sort(), [...NODE_TYPES].sort());
        for (const [type, file] of listed) assert.equal(file, `dist/nodes/${type}.js`);
    });

    for (const type of Object.keys(CONTRACT)) {
        describe(type, () => {
            it('lies in dist with all that Node-RED looks for beside it', () => {
                const places = [
                    `${type}.js`,
                    `${type}.html`,
                    `locales/en-US/${type}.json`,
                    `locales/en-US/${type}.html`,
                ];
                for (const place of places) assert.ok(existsSync(join(dist, place)), place);
                assert.equal(typeof load(join(dist, `${type}.js`)), 'function');
                // the dialog, but for the settings that the build writes into it
                const built = readFileSync(join(dist, `${type}.html`), 'utf8');
                for (const part of sourceOf(type, `${type}.html`).split(/(?:SETTINGS|CREDENTIALS),/))
                    assert.ok(built.includes(part));
                assert.doesNotMatch(built, /SETTINGS|CREDENTIALS/);
                const { icon } = definitionOf(type);
                if (icon === undefined) return;
                const svg = readFileSync(join(dist, 'icons', icon), 'utf8');
                assert.match(svg, /<svg[^>]*width="\d+"/);
                assert.match(icon, /^print-to-stock-/);
            });

            it('registers its type in plain letters, with the defaults of the contract and no others', () => {
                assert.match(sourceOf(type, `${type}.html`), new RegExp(`registerType\\('${type}', \\{`));
                const { defaults } = definitionOf(type);
                const values = Object.fromEntries(
                    Object.entries(defaults).map(([key, { value }]) => [key, plain(value)]),
                );
                const expected = { version: VERSION, ...CONTRACT[type]!.defaults };
                const wanted = Object.fromEntries(Object.entries(expected).map(([key, value]) => [key, plain(value)]));
                assert.deepEqual(values, wanted);
            });

            it('keeps its secrets as passwords, and none in the flow', () => {
                const { defaults, credentials } = definitionOf(type);
                assert.deepEqual(Object.keys(credentials ?? {}), CONTRACT[type]!.credentials ?? []);
                for (const { type: kind } of Object.values(credentials ?? {})) assert.equal(kind, 'password');
                for (const key of Object.keys(defaults)) assert.doesNotMatch(key, /token$|apikey|secret|password/i);
            });

            it('has the look of its kind', () => {
                const { category, color, icon, inputs, outputs } = definitionOf(type);
                const isConfig = /-(server|store|account|community)$/.test(type);
                assert.equal(category, isConfig ? 'config' : 'print to stock');
                if (isConfig) return;
                const twins = Object.keys(CONTRACT).filter((other) => other.split('-')[0] === type.split('-')[0]);
                const colors = twins.map((twin) => definitionOf(twin).color).filter((each) => each !== undefined);
                assert.deepEqual(new Set(colors), new Set([color]));
                assert.ok(icon !== undefined);
                const ports = PORTS[type] ?? [1, 1];
                assert.deepEqual([inputs, outputs], ports);
            });

            it('has a text for every key that its dialog and its runtime use', () => {
                const texts = textsOf(type);
                const html = sourceOf(type, `${type}.html`);
                const keys = [
                    ...[...html.matchAll(/data-i18n="([^"]+)"/g)].flatMap(([, keys]) => keys!.split(';')),
                    ...[...html.matchAll(/\bt\('([\w.]+)'/g)].map(([, key]) => `${type}.${key!}`),
                    ...[...html.matchAll(/\bshared\('([\w.]+)'/g)].map(([, key]) => `${SHARED}:print-to-stock.${key!}`),
                    ...statusKeys(type).map((key) => `${type}.status.${key}`),
                ].map((key) => key.replace(/^\[[\w-]+\]/, ''));
                assert.ok(keys.length > 3);
                for (const key of keys) {
                    if (key.startsWith('node-red:') || key.endsWith('.')) continue;
                    const [namespace, own] = key.split(':') as [string, string?];
                    if (own === undefined) assert.ok(textAt(texts, key) !== undefined, key);
                    else {
                        assert.equal(namespace, SHARED, key);
                        assert.ok(textAt(sharedTexts(), own) !== undefined, key);
                    }
                }
                // keys that are put together: t('label.' + property)
                for (const [, start] of html.matchAll(/\bt\('([\w.]+)\.' \+/g)) {
                    assert.equal(
                        typeof (texts[type] as Record<string, unknown>)[start!.split('.')[0]!],
                        'object',
                        start,
                    );
                }
            });

            it('shows statuses that are short', () => {
                const { status = {} } = textsOf(type)[type] as { status?: Record<string, string> };
                for (const [key, text] of Object.entries(status)) {
                    const longest = text
                        .replace('__server__', 'InvenTree')
                        .replace('__time__', '14:02')
                        .replace(/__(done|total)__/g, '9999')
                        .replace(/__\w+__/g, '9999');
                    assert.ok(longest.length <= 34, `${key}: ${longest}`);
                }
            });

            it('has help that names every property people may set', () => {
                const help = sourceOf(type, join('locales', 'en-US', `${type}.html`));
                assert.match(help, new RegExp(`data-help-name="${type}"`));
                assert.ok(help.length > 500);
            });
        });
    }

    it('the built nodes work, with lowdb which is an ES module', async () => {
        const nodes = (): NodeInitializer[] =>
            listed.map(([, file]) => load(join(projectRoot, file)) as NodeInitializer);
        const fixture = new NodeFixture({ nodes });
        await fixture.open();
        try {
            await fixture.deploy(line(fixture, ALL));
            fixture.bambuddy.print({ startedAt: '2026-11-01T10:00:00Z' });
            await fixture.ask('backfill');
            await fixture.messages('out', 1);
            assert.deepEqual(fixture.batches(), ['bambuddy-1']);
        } finally {
            await fixture.close();
        }
    });

    it('every node loads with the defaults its dialog gives, and does no harm', async () => {
        const fixture = new NodeFixture();
        await fixture.open();
        try {
            const flow = Object.keys(CONTRACT).map((type): FlowNode => {
                const { defaults, category } = definitionOf(type);
                const properties = Object.fromEntries(
                    Object.entries(defaults).map(([key, { value }]) => [key, ofJson(value)]),
                );
                const place = category === 'config' ? {} : { z: 'tab', x: 1, y: 1, wires: [[]] };
                // an id that is a type would be a circle to Node-RED
                return { id: `${type}-1`, type, ...properties, ...place };
            });
            const tab = { id: 'tab', type: 'tab', label: 'test' };
            const end = { id: 'tab-end', type: 'collector', z: 'tab', x: 1, y: 1, wires: [] };
            await fixture.deploy([tab, ...flow, end]);
            for (const [type, { defaults }] of Object.entries(CONTRACT)) {
                assert.equal(fixture.node(`${type}-1`).type, type);
                if ('sync' in defaults) assert.equal(fixture.status(`${type}-1`), 'grey ring not configured');
            }
            assert.equal(fixture.bambuddy.requestCount + fixture.inventree.requestCount, 0);
        } finally {
            await fixture.close();
        }
    });
});

function isBuilt(): boolean {
    const built = listed.map(([, file]) => join(projectRoot, file));
    if (!built.every((file) => existsSync(file))) return false;
    const oldest = Math.min(...built.map((file) => statSync(file).mtimeMs));
    return ['nodes', 'plugins', 'editor', 'lib', 'icons'].every((folder) =>
        readdirSync(join(projectRoot, folder), { recursive: true, encoding: 'utf8' })
            .map((name) => statSync(join(projectRoot, folder, name)))
            .every((entry) => !entry.isFile() || entry.mtimeMs <= oldest),
    );
}

/** Numbers are texts once they have been in a field of the dialog. */
function plain(value: unknown): unknown {
    return typeof value === 'number' ? String(value) : ofJson(value);
}

/** The status keys that stand in a node's code, in the three ways they are written there. */
function statusKeys(type: string): string[] {
    const code = sourceOf(type, 'node.ts');
    const keys = [
        ...[...code.matchAll(/status\.show\('\w+', '\w+', '(\w+)'/g)],
        ...[...code.matchAll(/\['\w+', '\w+', '(\w+)'\]/g)],
        ...[...code.matchAll(/return '(\w+)';/g)],
    ].map(([, key]) => key!);
    const shared = code.includes('stepNode(') ? ['notConfigured', 'noPrint', 'failed'] : [];
    const every = code.includes('NodeStatus(') ? ['working', 'off', ...shared] : [];
    return [...keys, ...every];
}
