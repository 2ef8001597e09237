import assert from 'node:assert/strict';
import type { Finding } from '../../../lib/clients/findings';
import { ALL, type Changes, type Credentials, type Member } from '../flow';
import { ServiceFixture, SECRET, TOKEN } from './service-fixture';

describe('sync-api: validate says of each thing that it is well, or what to do', () => {
    const fixture = new ServiceFixture();
    beforeEach(async () => {
        await fixture.open();
        fixture.inventree.addTemplate({ name: 'Weight', units: 'kg' });
        fixture.inventree.addTemplate({ name: 'PrintTime', units: '' });
        fixture.inventree.addCategory({ name: 'Everything', structural: true });
        fixture.inventree.addLocation({ name: 'House', structural: true });
    });
    afterEach(() => fixture.close());

    async function checks(
        changes: Changes = {},
        members: readonly Member[] = ALL,
        credentials: Credentials = {},
    ): Promise<{ ok: boolean; checks: Finding[] }> {
        await fixture.serve(members, changes, { serviceToken: TOKEN, webhookSecret: SECRET }, [], credentials);
        const reply = await fixture.api('GET', '/validate');
        assert.equal(reply.status, 200);
        const report = reply.body as unknown as { ok: boolean; checks: Finding[] };
        for (const each of report.checks) {
            assert.deepEqual(Object.keys(each), ['name', 'ok', 'text', 'whatToDo']);
            assert.equal(each.whatToDo === null, each.ok, each.name);
        }
        assert.equal(
            report.ok,
            report.checks.every(({ ok }) => ok),
        );
        return report;
    }

    const text = ({ checks }: { checks: Finding[] }, name: string): string => {
        const found = checks.find((each) => each.name === name);
        assert.ok(found !== undefined, `no ${name} in ${checks.map((each) => each.name).join()}`);
        return `${found.ok ? 'ok' : 'wrong'}: ${found.text}`;
    };

    it('all is well', async () => {
        const report = await checks();
        assert.equal(report.ok, true, JSON.stringify(report));
        assert.match(text(report, 'bambuddy'), /^ok: Bambuddy 1\.2\.5\.2 at http/);
        assert.match(text(report, 'bambuddy-read'), /^ok: /);
        assert.match(text(report, 'bambuddy-write'), /^ok: /);
        assert.match(text(report, 'inventree'), /^ok: InvenTree .* API 479/);
        assert.match(text(report, 'inventree-user'), /^ok: .* writer$/);
        assert.match(text(report, 'inventree-rights'), /^ok: /);
        assert.equal(text(report, 'category'), `ok: Category ${fixture.category}, Prints, takes Parts`);
        assert.equal(text(report, 'location'), `ok: Location ${fixture.location}, Shelf, takes stock`);
        assert.match(text(report, 'template:Weight'), /^ok: .* in kg$/);
        assert.match(text(report, 'template:PrintTime'), /^ok: .* without a unit$/);
        assert.equal(text(report, 'flow'), 'ok: Prints meet: part, stock, image, link');
        assert.deepEqual(fixture.bambuddy.violations, []);
    });

    it('changes nothing', async () => {
        await fixture.serve();
        await fixture.api('GET', '/validate');
        assert.equal(fixture.inventree.requests.filter(({ method }) => method !== 'GET').length, 0);
        assert.deepEqual(
            fixture.bambuddy.requests.filter(({ method, status }) => method === 'PATCH' && status === 200),
            [],
        );
    });

    const WRONG: [string, Changes, string, RegExp][] = [
        ['no category', { part: { category: '' } }, 'category', /^wrong: Category: not entered/],
        ['a category that is not there', { part: { category: 99 } }, 'category', /^wrong: Category 99 does not exist/],
        ['a structural category', { part: { category: 2 } }, 'category', /^wrong: .*structural/],
        ['a location that is not there', { stock: { location: '99' } }, 'location', /^wrong: Location 99 does not/],
        ['a structural location', { stock: { location: 2 } }, 'location', /^wrong: .*structural/],
        ['no stock node', { part: { wires: [['out']] } }, 'flow', /^wrong: Prints meet only: part/],
        ['no node', { source: { wires: [[], []] } }, 'flow', /^wrong: No node of this package/],
    ];
    for (const [what, changes, name, expected] of WRONG)
        it(what, async () => assert.match(text(await checks(changes), name), expected));

    it('a category that is chosen for each print is well', async () => {
        const report = await checks({ part: { category: 'category', categoryType: 'msg' } });
        assert.equal(text(report, 'category'), 'ok: Category: chosen for each print');
    });

    it('templates: one that is missing is left out, one whose unit does not fit is wrong', async () => {
        const parameters = [
            { template: 'weight', value: 'weight' },
            { template: 'Height', value: 'layerHeight' },
            { template: 'PrintTime', value: 'time' },
        ];
        fixture.inventree.state.templates.get(2)!.units = 'kg';
        const report = await checks({ part: { parameters } });
        assert.match(text(report, 'template:weight'), /^ok: The parameter template Weight is written in kg/);
        assert.match(text(report, 'template:Height'), /^ok: There is no parameter template Height/);
        assert.match(text(report, 'template:PrintTime'), /^wrong: .*unit kg, which does not fit seconds/);
    });

    it('a key that may not write, which matters only where links are written', async () => {
        const credentials = { bambuddy: { apiKey: fixture.bambuddy.readOnlyKey } };
        fixture.secrets.push(fixture.bambuddy.readOnlyKey);
        assert.match(text(await checks({}, ALL, credentials), 'bambuddy-write'), /^wrong: /);
        assert.equal((await checks({}, ['source', 'part', 'stock'], credentials)).ok, true);
    });

    it('a key that may not read, and one that is wrong', async () => {
        fixture.secrets.push(fixture.bambuddy.writeOnlyKey, 'bb_wrong-key-0815');
        let report = await checks({}, ALL, { bambuddy: { apiKey: fixture.bambuddy.writeOnlyKey } });
        assert.match(text(report, 'bambuddy-read'), /^wrong: .*403/);
        report = await checks({}, ALL, { bambuddy: { apiKey: 'bb_wrong-key-0815' } });
        assert.match(text(report, 'bambuddy-read'), /^wrong: .*401/);
        assert.match(report.checks.find(({ ok }) => !ok)!.whatToDo!, /valid API key/);
    });

    it('a user that may only read, and a token that is wrong', async () => {
        const { reader } = fixture.inventree.state.accounts;
        fixture.secrets.push(reader.token.key, 'inv-wrong-token-0815');
        let report = await checks({}, ALL, { inventree: { token: reader.token.key } });
        assert.match(text(report, 'inventree-rights'), /^wrong: .*Parts: add, change; Stock Items: add, change/);
        report = await checks({}, ALL, { inventree: { token: 'inv-wrong-token-0815' } });
        assert.match(text(report, 'inventree'), /^wrong: .*401/);
        assert.match(report.checks.find(({ ok }) => !ok)!.whatToDo!, /valid token/);
    });

    it('servers that are off, with an answer', async () => {
        await fixture.serve();
        fixture.bambuddy.down = fixture.inventree.down = true;
        const { body } = await fixture.api('GET', '/validate');
        for (const name of ['bambuddy', 'inventree'])
            assert.match(text(body as unknown as { checks: Finding[] }, name), /^wrong: /);
        fixture.bambuddy.down = fixture.inventree.down = false;
    });
});

describe('sync-api: validate with other servers', () => {
    it('an older InvenTree, and a Bambuddy without a print log', async () => {
        const fixture = new ServiceFixture({ bambuddy: { printLog: false }, inventree: { apiVersion: 388 } });
        await fixture.open();
        try {
            await fixture.serve();
            const { body } = await fixture.api('GET', '/validate');
            assert.equal(body['ok'], true, JSON.stringify(body));
        } finally {
            await fixture.close();
        }
    });
});
