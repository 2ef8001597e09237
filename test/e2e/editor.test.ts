import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { seedHistory, type DemoHistory } from '../demo/history';
import { openBrowser } from '../editor/browser';
import { Editor, type FieldValue } from '../editor/editor';
import { NodeRed } from '../harness/node-red';
import { exampleFlow, projectRoot } from '../harness/project';
import { BambuddySimulator } from '../simulators/bambuddy';
import { InvenTreeSimulator } from '../simulators/inventree';

const PACKAGE = '@print-to-stock/node-red-bambuddy-inventree';
const EXAMPLE = 'Bambuddy to InvenTree';

/** The palette, from above. */
const PALETTE = [
    { type: 'bambuddy-archive-in', label: 'finished prints', icon: 'print-to-stock-printer.svg' },
    { type: 'inventree-part-upsert', label: 'find/create part', icon: 'print-to-stock-cube.svg' },
    { type: 'inventree-stock-create', label: 'add to stock', icon: 'print-to-stock-shelf.svg' },
    { type: 'inventree-stock-consume', label: 'filament used', icon: 'print-to-stock-spool.svg' },
    { type: 'inventree-image-upload', label: 'part image', icon: 'print-to-stock-picture.svg' },
    { type: 'bambuddy-link-back', label: 'link back', icon: 'print-to-stock-chain.svg' },
    { type: 'sync-api', label: 'service API', icon: 'print-to-stock-plug.svg' },
    { type: 'print-webhook', label: 'webhook', icon: 'print-to-stock-webhook.svg' },
    { type: 'octoprint-event-in', label: 'OctoPrint events', icon: 'print-to-stock-octopus.svg' },
    { type: 'evotor-catalog-in', label: 'Evotor products', icon: 'print-to-stock-till.svg' },
    { type: 'evotor-webhooks', label: 'Evotor webhooks', icon: 'print-to-stock-till-sign-in.svg' },
    { type: 'inventree-stock-in', label: 'InvenTree stock', icon: 'print-to-stock-boxes.svg' },
    { type: 'vk-product-upsert', label: 'VK product', icon: 'print-to-stock-shop.svg' },
    { type: 'vk-catalog-in', label: 'VK items', icon: 'print-to-stock-shop-list.svg' },
];
const CONFIG_TYPES = [
    'bambuddy-server',
    'inventree-server',
    'sync-store',
    'octoprint-server',
    'catalog-store',
    'evotor-account',
    'vk-community',
];
const TYPES = [...CONFIG_TYPES, ...PALETTE.map(({ type }) => type)];

/** What a new node's dialog shows: every setting, by the name it has in saved flows. */
const DEFAULTS: Record<string, Record<string, FieldValue>> = {
    'bambuddy-archive-in': {
        name: '',
        sync: '_ADD_',
        interval: '300',
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
        pageSize: '50',
        window: '4',
        passAfter: '60',
        settle: '5',
        outcome: 'wait',
        outcomeDays: '7',
        unanswered: 'attention',
        rejected: 'skip',
        rejectedStatus: '65',
        failed: 'send',
        failedStatus: '50',
        doubles: 'hold',
    },
    'inventree-part-upsert': {
        name: '',
        sync: '_ADD_',
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
        createTemplates: false,
        variants: 'none',
    },
    'inventree-stock-create': {
        name: '',
        sync: '_ADD_',
        location: '',
        locationType: 'num',
        quantity: '1',
        quantityType: 'num',
        stockStatus: '10',
        stockStatusType: 'num',
        notes: '',
        notesType: 'auto',
        deleteOnDeplete: true,
        messageQuantity: false,
        piecesParameter: '',
        packSize: '',
        locationPerPrinter: false,
        buildOrders: false,
        owner: '',
        ownerType: 'num',
        price: 'none',
        currency: '',
        priceDecimals: '4',
    },
    'inventree-stock-consume': {
        name: '',
        sync: '_ADD_',
        findBy: 'batch',
        key: '{tag}',
        parameter: '',
        startWith: 'now',
        diameter: '1.75',
        density: '',
    },
    'inventree-image-upload': {
        name: '',
        sync: '_ADD_',
        overwrite: false,
        attachFile: false,
        attachMost: '50',
        attachPhoto: false,
        attachTimelapse: false,
        attachPage: false,
    },
    'bambuddy-link-back': { name: '', sync: '_ADD_', overwrite: false },
    'sync-api': { name: '', path: '/print-to-stock', serviceToken: '', webhookSecret: '' },
    'print-webhook': {
        name: '',
        url: '',
        apiSecret: '',
        method: 'POST',
        contentType: 'json',
        deviceIdentifier: '',
        oldRules: false,
        snapshotUrl: '',
        sync: '_ADD_',
        cooldown: '0',
        timeout: '30',
        keepTrying: '24',
        queue: '1000',
        again: true,
        insecure: false,
        oauth: false,
        oauthUrl: '',
        oauthSecret: '',
        oauthMethod: 'POST',
        oauthContentType: 'json',
    },
    'evotor-catalog-in': {
        name: '',
        linked: false,
        account: '_ADD_',
        catalog: '_ADD_',
        url: 'https://api.evotor.ru',
        interval: '3600',
        stockInterval: '900',
        pollOnDeploy: true,
        newGroups: 'parent',
        pictures: true,
        picturesPerDay: '200',
        window: '100',
    },
    'evotor-webhooks': { name: '', catalog: '_ADD_', webhookSecret: '', path: '/evotor', publicUrl: '' },
    'inventree-stock-in': {
        name: '',
        catalog: '_ADD_',
        inventree: '_ADD_',
        categories: '',
        locations: '',
        statuses: '10',
        salableOnly: true,
        price: '',
        priceType: 'auto',
        interval: '900',
        window: '100',
    },
    'vk-catalog-in': { name: '', community: '_ADD_', interval: '86400' },
    'vk-product-upsert': {
        name: '',
        community: '_ADD_',
        dryRun: false,
        category: '',
        categoryType: 'num',
        albums: 'path',
        outOfStock: 'hide',
        goneProducts: 'hide',
        markup: '0',
        rounding: 'none',
        oldPrice: '',
        oldPriceType: 'auto',
        description: '',
        link: '',
        sendStock: true,
        picture: 'pad',
        fallbackPicture: '',
        mostHidden: '20',
        mostHiddenPercent: '10',
    },
    'catalog-store': { name: '', file: '' },
    'evotor-account': {
        name: '',
        catalog: '_ADD_',
        token: '',
        url: 'https://api.evotor.ru',
        userId: '',
        authorization: 'auto',
        timeout: '20',
    },
    'vk-community': {
        name: '',
        catalog: '_ADD_',
        groupId: '',
        accessToken: '',
        refreshToken: '',
        clientId: '',
        deviceId: '',
        url: 'https://api.vk.com',
        ca: '',
        apiVersion: '5.199',
        callsPerSecond: '3',
        callsPerMonth: '10000',
        countExecute: 'each',
        photosPerSave: '10',
        timeout: '30',
    },
    'sync-store': { name: '', bambuddy: '_ADD_', inventree: '_ADD_', file: '' },
    'octoprint-server': {
        name: '',
        url: '',
        apiKey: '',
        deviceIdentifier: '',
        snapshotUrl: '',
        prefix: 'octoprint',
        timeout: '30',
        insecure: false,
        snapshotLogin: '',
    },
    'octoprint-event-in': {
        name: '',
        server: '_ADD_',
        sync: '_ADD_',
        progressEvery: '10',
        events: '',
        live: true,
        webhook: false,
        path: '/octoprint',
        apiSecret: '',
        startWith: 'now',
        samePart: 'file',
        leaveOut: 'cp_bed_clearing_script, cp_queue_finished_script, cp_queue_finished, clear_bed, bed_clearing',
        picture: true,
        diameter: '',
        density: '',
        interval: '300',
        window: '4',
        passAfter: '60',
    },
    'bambuddy-server': {
        name: '',
        url: '',
        webUrl: '',
        prefix: 'bambuddy',
        timeout: '30',
        insecure: false,
        apiKey: '',
    },
    'inventree-server': {
        name: '',
        url: '',
        webUrl: '',
        frontend: '',
        timeout: '30',
        uploadTimeout: '120',
        writes: '1',
        reads: '4',
        insecure: false,
        token: '',
    },
};

/** What the editor shows in the place of a secret. */
const MASK = '__PWRD__';

describe('the package in a real Node-RED', function () {
    this.timeout(120_000);
    let nodeRed: NodeRed;

    before(async () => {
        nodeRed = await NodeRed.start();
    });
    after(() => nodeRed.stop());

    it('is loaded with every node, without an error', async () => {
        const sets = await nodeRed.get<{ module: string; types: string[]; enabled: boolean; err?: string }[]>('/nodes');
        const ours = sets.filter((set) => set.module === PACKAGE);
        assert.deepEqual(ours.flatMap((set) => set.types).sort(), [...TYPES].sort());
        for (const set of ours) {
            assert.equal(set.err, undefined, set.types.join());
            assert.equal(set.enabled, true, set.types.join());
        }
        assert.ok(!nodeRed.log.some((line) => /\[warn\]|\[error\]/.test(line) && line.includes('print-to-stock')));
    });

    it('serves its own icons, byte by byte', async () => {
        const listed = (await nodeRed.get<Record<string, string[]>>('/icons'))[PACKAGE] ?? [];
        const files = readdirSync(join(projectRoot, 'icons'));
        assert.deepEqual([...listed].sort(), [...files].sort());
        for (const file of files) {
            // a missing icon is answered with 200 and the default one
            const served = Buffer.from(await (await fetch(`${nodeRed.url}/icons/${PACKAGE}/${file}`)).arrayBuffer());
            assert.ok(served.equals(readFileSync(join(projectRoot, 'icons', file))), file);
        }
        assert.deepEqual([...files].sort(), PALETTE.map(({ icon }) => icon).sort());
    });

    it('serves help and texts of every node', async () => {
        const html = await (await fetch(`${nodeRed.url}/nodes`, { headers: { Accept: 'text/html' } })).text();
        for (const type of TYPES) {
            assert.ok(html.includes(`data-help-name="${type}"`), `help of ${type}`);
            assert.ok(html.includes(`data-template-name="${type}"`), `dialog of ${type}`);
            const texts = await nodeRed.get<Record<string, { paletteLabel: string } | undefined>>(
                `/locales/${PACKAGE}/${type}?lng=en-US`,
            );
            assert.equal(typeof texts[type]?.paletteLabel, 'string', `texts of ${type}`);
        }
    });

    it('offers its examples, as they are in the repository', async () => {
        const folder = `/library/examples/flows/${PACKAGE}/`;
        assert.ok((await nodeRed.get<string[]>('/library/examples/flows')).includes(PACKAGE));
        const files = readdirSync(join(projectRoot, 'examples')).map((file) => ({ fn: file.replace(/\.json$/, '') }));
        assert.deepEqual(await nodeRed.get(folder), files);
        const served = await nodeRed.get(`${folder}${encodeURIComponent(EXAMPLE)}`);
        assert.deepEqual(served, exampleFlow());
    });
});

describe('the editor in a browser', function () {
    this.timeout(180_000);
    let bambuddy: BambuddySimulator;
    let inventree: InvenTreeSimulator;
    let history: DemoHistory;
    let nodeRed: NodeRed | undefined;
    let browser: Browser | null = null;
    let editor: Editor;
    let broken = false;

    before(async function () {
        browser = await openBrowser(this);
        bambuddy = new BambuddySimulator();
        inventree = new InvenTreeSimulator();
        await Promise.all([bambuddy.listen(), inventree.listen()]);
        history = seedHistory(bambuddy, inventree);
        nodeRed = await NodeRed.start();
        editor = await Editor.open(browser, nodeRed.url);
    });

    after(async () => {
        await browser?.close();
        await nodeRed?.stop();
        await Promise.all([bambuddy?.close(), inventree?.close()]);
    });

    // one person at one editor: each step stands on the one before
    beforeEach(function () {
        if (broken) this.skip();
    });

    afterEach(function () {
        broken ||= this.currentTest?.state === 'failed';
        // without a browser all is skipped
        if (browser !== undefined) assert.deepEqual(editor.complaints.splice(0), []);
    });

    it('shows its nodes in their own category of the palette', async () => {
        const shown = await editor.palette('print to stock');
        assert.deepEqual(
            shown.map(({ type, label }) => ({ type, label })).sort(byType),
            PALETTE.map(({ type, label }) => ({ type, label })).sort(byType),
        );
        for (const { type, icon } of PALETTE) {
            const found = shown.find((each) => each.type === type)?.icon ?? '';
            assert.ok(found.endsWith(`icons/${PACKAGE}/${icon}`), `${type}: ${found}`);
        }
    });

    for (const [index, { type }] of PALETTE.entries()) {
        it(`opens the dialog of a new ${type} with its defaults`, async () => {
            const id = await editor.drop(type, { x: 300, y: 120 + index * 60 });
            const dialog = await editor.openNode(id);
            assert.deepEqual(await dialog.fields(), DEFAULTS[type]);
            assertTranslated(await dialog.text());
            if (type === 'inventree-part-upsert') {
                const rows = dialog.tray.locator('.print-to-stock-template');
                assert.deepEqual(await Promise.all((await rows.all()).map((row) => row.inputValue())), [
                    'Weight',
                    'PrintTime',
                ]);
            }
            await dialog.cancel();
        });
    }

    it('opens the dialogs of a new sync store and of both servers with their defaults', async () => {
        const source = await editor.openNode(await editor.idOf('bambuddy-archive-in'));
        const store = await editor.openConfig('sync', 'add');
        assert.deepEqual(await store.fields(), DEFAULTS['sync-store']);
        assertTranslated(await store.text());
        for (const [property, type] of [
            ['bambuddy', 'bambuddy-server'],
            ['inventree', 'inventree-server'],
        ] as const) {
            const server = await editor.openConfig(property, 'add');
            assert.deepEqual(await server.fields(), DEFAULTS[type]);
            assertTranslated(await server.text());
            await server.cancel();
        }
        await store.cancel();
        await source.cancel();
        await editor.clear();
    });

    it('shows the help of every node', async () => {
        for (const type of TYPES) {
            const help = await editor.helpOf(type);
            assert.ok(help.length > 200, `${type}: ${help}`);
            assertTranslated(help);
        }
    });

    it('imports the example', async () => {
        await editor.importExample(PACKAGE, EXAMPLE);
        for (const node of exampleFlow().filter(({ type }) => TYPES.includes(type)))
            assert.equal((await editor.idsOf(node.type)).length, 1, node.type);
    });

    it('takes two addresses, two keys, a category and a location, and deploys', async () => {
        const source = await editor.openNode(await editor.idOf('bambuddy-archive-in'));
        const store = await editor.openConfig('sync', 'edit');
        const first = await editor.openConfig('bambuddy', 'edit');
        await first.fill('url', bambuddy.url);
        await first.fill('apiKey', bambuddy.apiKey);
        await first.done();
        const second = await editor.openConfig('inventree', 'edit');
        await second.fill('url', inventree.url);
        await second.fill('token', inventree.token);
        await second.done();
        await store.done();
        await source.done();
        await fillIn('inventree-part-upsert', 'category', history.category);
        await fillIn('inventree-stock-create', 'location', history.location);
        await editor.deploy();
        await editor.waitForStatus(await editor.idOf('bambuddy-archive-in'), /^watching/);
    });

    it('keeps what was typed, and shows a mask for the keys', async () => {
        const source = await editor.openNode(await editor.idOf('bambuddy-archive-in'));
        const store = await editor.openConfig('sync', 'edit');
        for (const [property, url, secret] of [
            ['bambuddy', bambuddy.url, 'apiKey'],
            ['inventree', inventree.url, 'token'],
        ] as const) {
            const server = await editor.openConfig(property, 'edit');
            const fields = await server.fields();
            assert.equal(fields['url'], url);
            assert.equal(fields[secret], MASK);
            await server.cancel();
        }
        await store.cancel();
        await source.cancel();
        const part = await editor.openNode(await editor.idOf('inventree-part-upsert'));
        assert.equal((await part.fields())['category'], String(history.category));
        await part.cancel();
    });

    it('imports the history at the press of a button, and the nodes say so', async () => {
        await editor.press(await editor.idNamed('import the history'));
        const prints = [...bambuddy.state.runs.values()].filter((run) => run.status === 'completed').length;
        const status = async (type: string, wanted: RegExp): Promise<void> =>
            void (await editor.waitForStatus(await editor.idOf(type), wanted));
        await status('inventree-part-upsert', /^(new|found) #\d+$/);
        await status('inventree-stock-create', /^\+1$/);
        // none of the history ended today
        await status('bambuddy-archive-in', /^watching · 0 today$/);
        await status('inventree-image-upload', /^(uploaded|existing image kept)$/);
        // which print comes last there is open: one has a link of a person's
        await status('bambuddy-link-back', /^(linked|existing link kept)$/);
        const items = (): number =>
            [...inventree.state.stock.values()].filter((item) => item.batch?.startsWith('bambuddy-')).length;
        for (let tries = 0; tries < 100 && items() < prints; tries++)
            await new Promise((resolve) => setTimeout(resolve, 100));
        assert.equal(items(), prints);
        assert.deepEqual(inventree.state.violations, []);
    });

    it('was sent no key, and neither was the flow file', async () => {
        const texts = [
            ...(await editor.received()),
            { from: 'GET /flows', text: JSON.stringify(await nodeRed!.get('/flows')) },
            { from: 'flows.json', text: readFileSync(join(nodeRed!.userDir, 'flows.json'), 'utf8') },
            { from: 'the log', text: nodeRed!.log.join('\n') },
        ];
        assert.ok(texts.some(({ from }) => from.endsWith('/flows')));
        assert.ok(texts.some(({ from }) => from.includes('/credentials/')));
        for (const { from, text } of texts)
            for (const secret of [bambuddy.apiKey, inventree.token]) assert.ok(!text.includes(secret), from);
    });

    async function fillIn(type: string, property: string, value: number): Promise<void> {
        const dialog = await editor.openNode(await editor.idOf(type));
        await dialog.fill(property, String(value));
        await dialog.done();
    }
});

/** Texts that have no translation show as their keys. */
function assertTranslated(text: string): void {
    for (const type of [...TYPES, 'print-to-stock']) assert.ok(!new RegExp(`${type}\\.[a-z]`).test(text), text);
    assert.ok(!/__\w+__/.test(text), text);
}

function byType(a: { type: string }, b: { type: string }): number {
    return a.type.localeCompare(b.type);
}
