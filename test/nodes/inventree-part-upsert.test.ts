import assert from 'node:assert/strict';
import { ipnOf } from '../../lib/print/part-identity';
import type { InvenTreeServerNode } from '../../nodes/runtime/flow/server-nodes';
import { NodeFixture, pause, until } from './fixture';
import { line, manualPrint } from './flow';
import { jsonAnswer } from '../simulators/simulator';

type Settings = Record<string, unknown>;

describe('inventree-part-upsert', () => {
    const fixture = new NodeFixture();
    beforeEach(() => fixture.open());
    afterEach(() => fixture.close());

    const deploy = (part: Settings = {}, tab: Settings = {}): Promise<void> =>
        fixture.deploy(line(fixture, ['part'], { part, tab }));
    const partOf = (msg: Settings): Settings => msg['part'] as Settings;
    const madePart = (msg: Settings): Settings =>
        fixture.inventree.state.parts.get(partOf(msg)['pk'] as number) as unknown as Settings;

    it('makes a Part of a print, and finds it for the next of the same identity', async () => {
        await deploy();
        const payload = manualPrint({
            name: 'Vase',
            filamentType: 'PLA',
            layerHeight: 0.2,
            filename: 'Vase.gcode.3mf',
        });
        const first = await fixture.through('part', { payload });
        assert.equal(fixture.status('part'), 'green dot new #1');
        const IPN = ipnOf(String(payload['identity']), 'BMB');
        const url = `${fixture.inventree.url}/web/part/1/`;
        assert.deepEqual(first['part'], { pk: 1, IPN, name: 'Vase', url, image: null, created: true });
        const { name, description, keywords, purchaseable, category } = madePart(first);
        assert.deepEqual([name, keywords, purchaseable, category], ['Vase', 'bambuddy', false, fixture.category]);
        assert.equal(description, 'PLA · 0.2 mm · Vase.gcode.3mf');

        const second = await fixture.through('part', { payload: { ...payload, batch: 'another', name: 'Renamed' } });
        assert.equal(fixture.status('part'), 'green dot found #1');
        assert.deepEqual(second['part'], { ...partOf(first), created: false });
    });

    it('finds a Part by its IPN and touches nothing of it', async () => {
        const payload = manualPrint();
        const IPN = ipnOf(String(payload['identity']), 'BMB').toUpperCase();
        const { pk } = fixture.inventree.addPart({
            name: 'Ours',
            IPN,
            category: fixture.category,
            description: 'by hand',
        });
        fixture.inventree.person.editPart(pk, {
            name: 'Our best seller',
            description: 'by hand',
            link: 'http://a.b/c',
        });
        await deploy({ description: 'x', descriptionType: 'str', link: 'http://d.e/', linkType: 'str' });
        const msg = await fixture.through('part', { payload });
        assert.equal(partOf(msg)['pk'], pk);
        assert.equal(fixture.status('part'), `green dot found #${pk}`);
        assert.equal(fixture.inventree.count('PATCH', /part/), 0);
    });

    it("writes the slicer's weight and time where such templates exist, in their units", async () => {
        fixture.inventree.addTemplate({ name: 'Weight', units: 'kg' });
        fixture.inventree.addTemplate({ name: 'PrintTime', units: '' });
        await deploy();
        const payload = manualPrint({ estimate: { grams: 148.2, seconds: 14_820 }, weightGrams: 1, printSeconds: 1 });
        await fixture.through('part', { payload });
        const data = [...fixture.inventree.state.parameters.values()].map((parameter) => parameter.data);
        assert.deepEqual(data, ['0.1482', '4h 07m']);
    });

    describe('the category', () => {
        beforeEach(() => {
            process.env['TEST_CATEGORY'] = String(fixture.category);
        });
        afterEach(() => {
            delete process.env['TEST_CATEGORY'];
        });

        const WAYS: [string, unknown][] = [
            ['num', 1],
            ['num', '1'],
            ['print', 'project.id'],
            ['msg', 'wanted.category'],
            ['env', 'TEST_CATEGORY'],
            ['env', 'FROM_TAB'],
            ['jsonata', '$number(wanted.text) + 0'],
        ];
        for (const [categoryType, category] of WAYS) {
            it(`by ${categoryType}: ${String(category)}`, async () => {
                await deploy({ category, categoryType }, { env: [{ name: 'FROM_TAB', value: '1', type: 'num' }] });
                const payload = manualPrint({ project: { id: 1, name: 'Shop' } });
                const msg = await fixture.through('part', { payload, wanted: { category: 1, text: '1' } });
                assert.equal(madePart(msg)['category'], 1);
            });
        }

        const WRONG: [string, unknown, unknown, RegExp][] = [
            ['empty', 'num', '', /"category" is empty/],
            ['a text', 'num', 'Prints', /"category" must be a whole number from 1, and is "Prints"/],
            ['below 1', 'num', 0, /"category" must be a whole number from 1, and is 0/],
            ['a fraction', 'num', '1.5', /"category" must be a whole number/],
            ['not in the message', 'msg', 'wanted.nothing', /"category" is empty/],
            ['an object', 'msg', 'wanted', /"category" must be a whole number/],
            ['not in the print', 'print', 'project.id', /"category" is empty/],
            [
                'an expression that throws',
                'jsonata',
                '$error("no such luck")',
                /"category" cannot be evaluated.*no such luck/,
            ],
            ['no expression', 'jsonata', '((', /"category" cannot be evaluated/],
        ];
        for (const [what, categoryType, category, message] of WRONG) {
            it(`${what}: an error on that message that names the setting`, async () => {
                await deploy({ category, categoryType });
                const error = await fixture.failing('part', { payload: manualPrint(), wanted: { x: 1 } });
                assert.match(error.message, message);
                assert.match(fixture.status('part'), /^red \w+ category missing$/);
                assert.equal(fixture.inventree.state.parts.size, 0);
                assert.equal(fixture.at('out').length, 0);
            });
        }

        it('that does not exist: one error with the server, the setting and what was answered', async () => {
            await deploy({ category: 99 });
            const error = await fixture.failing('part', { payload: manualPrint() });
            assert.match(error.message, /InvenTree \(http.*answered 400.*category: .*99.*setting "category"/);
            assert.match(fixture.status('part'), /^red \w+ category (missing|refused)$/);
            assert.equal(error['code'], 'REJECTED');
        });

        it("that is structural: one error with the server's words", async () => {
            const structural = fixture.inventree.addCategory({ name: 'Everything', structural: true });
            await deploy({ category: structural.pk });
            const error = await fixture.failing('part', { payload: manualPrint() });
            assert.match(error.message, /InvenTree.*structural.*setting "category"/);
            assert.match(fixture.status('part'), /^red \w+ category (missing|refused)$/);
        });

        it('wrong for one message: the next goes on', async () => {
            await deploy({ category: 'category', categoryType: 'msg' });
            await fixture.failing('part', { payload: manualPrint(), category: 'many' });
            await fixture.failing('part', { payload: manualPrint(), category: 99 });
            await fixture.through('part', { payload: manualPrint(), category: fixture.category });
            assert.equal(fixture.at('caught').length, 2);
            assert.equal(fixture.status('part'), 'green dot new #1');
        });
    });

    describe('texts', () => {
        const FIELDS: [setting: string, field: string][] = [
            ['partName', 'name'],
            ['description', 'description'],
            ['keywords', 'keywords'],
            ['link', 'link'],
        ];
        const WANTED = 'http://example.org/x';
        const WAYS: [type: string, value: string][] = [
            ['str', WANTED],
            ['print', 'designer'],
            ['msg', 'wanted'],
            ['env', 'WANTED'],
            ['jsonata', '$trim(" " & wanted & " ")'],
        ];
        for (const [setting, field] of FIELDS) {
            for (const [type, value] of WAYS) {
                it(`${setting} by ${type}`, async () => {
                    await deploy(
                        { [setting]: value, [`${setting}Type`]: type },
                        { env: [{ name: 'WANTED', value: WANTED, type: 'str' }] },
                    );
                    const msg = await fixture.through('part', {
                        payload: manualPrint({ designer: WANTED }),
                        wanted: WANTED,
                    });
                    assert.equal(madePart(msg)[field], WANTED);
                });
            }

            it(`${setting}: an expression that throws is an error on that message alone`, async () => {
                await deploy({
                    [setting]: 'wanted ? wanted : $error("nothing wanted")',
                    [`${setting}Type`]: 'jsonata',
                });
                const error = await fixture.failing('part', { payload: manualPrint() });
                assert.match(
                    error.message,
                    new RegExp(`"${setting === 'partName' ? '(partName|name)' : setting}".*nothing wanted`),
                );
                await fixture.through('part', { payload: manualPrint(), wanted: WANTED });
                assert.equal(fixture.at('caught').length, 1);
            });

            it(`${setting}: an object is an error that says so`, async () => {
                await deploy({ [setting]: 'wanted', [`${setting}Type`]: 'msg' });
                const error = await fixture.failing('part', { payload: manualPrint(), wanted: { a: 1 } });
                assert.match(error.message, /must be a text, and is \{"a":1\}/);
            });
        }

        it('by the print itself (auto), and where a value is missing', async () => {
            await deploy({ partName: 'nothing', partNameType: 'msg', linkType: 'auto', link: 'ignored' });
            const makerworldUrl = 'https://makerworld.com/models/1';
            const msg = await fixture.through('part', { payload: manualPrint({ name: 'Vase', makerworldUrl }) });
            assert.equal(madePart(msg)['name'], 'Vase');
            assert.equal(madePart(msg)['link'], makerworldUrl);
        });

        for (const [type, value] of [...WAYS, ['str', '']] as const) {
            it(`ipnPrefix by ${type}${value === '' ? ', empty' : ''}`, async () => {
                await deploy(
                    { ipnPrefix: type === 'str' && value !== '' ? 'OWN' : value, ipnPrefixType: type },
                    { env: [{ name: 'WANTED', value: 'OWN', type: 'str' }] },
                );
                const payload = manualPrint({ designer: 'OWN' });
                const msg = await fixture.through('part', { payload, wanted: 'OWN' });
                assert.equal(partOf(msg)['IPN'], ipnOf(String(payload['identity']), value === '' ? '' : 'OWN'));
            });
        }
    });

    it('a token that is refused: one warning naming InvenTree; what came goes on when the token is taken', async () => {
        fixture.inventree.interfere = () => jsonAnswer(401, { detail: 'Token has expired' });
        await deploy();
        for (let n = 0; n < 2; n++) fixture.send('part', { payload: manualPrint() });
        await fixture.showing('part', 'red ring InvenTree refused');
        assert.equal(fixture.warnings('inventree').length, 1);
        assert.match(fixture.warnings('inventree')[0]!, /InvenTree \(http.*answered 401.*token/);
        const asked = fixture.inventree.requestCount;
        await pause(100);
        assert.equal(fixture.inventree.requestCount, asked, 'nobody asks again and again');
        fixture.inventree.interfere = undefined;
        // as every deploy does
        (fixture.node('inventree') as InvenTreeServerNode).breaker.wake();
        await fixture.messages('out', 2);
        assert.match(fixture.status('part'), /^green /);
        assert.equal(fixture.at('caught').length, 0);
        assert.equal(fixture.inventree.state.parts.size, 2);
    });

    it('a token that may only read: one error that says what it lacks', async () => {
        await fixture.deploy(line(fixture, ['part']), { inventree: { token: fixture.inventree.readerToken } });
        const error = await fixture.failing('part', { payload: manualPrint() });
        assert.match(error.message, /InvenTree .*answered 403.*lacks a right/);
    });

    const NO_INVENTREES: [string, (fixture: NodeFixture) => void, RegExp][] = [
        [
            'a web page',
            ({ inventree }) => void (inventree.interfere = () => ({ at: 'before', kind: 200 })),
            /InvenTree \(http.*a web page.*check that this is the address of InvenTree itself/,
        ],
        [
            'other JSON',
            ({ inventree }) => void (inventree.interfere = () => jsonAnswer(200, { hello: 'world' })),
            /hello: world, not as InvenTree does: check that this is the address of InvenTree itself/,
        ],
        [
            'an API that is too old',
            ({ inventree }) => void (inventree.apiVersion = 300),
            /API 300: at least API \d+ is needed/,
        ],
    ];
    for (const [what, make, message] of NO_INVENTREES) {
        it(`a server that answers with ${what}: one clear warning at the first answer, and the print waits`, async () => {
            make(fixture);
            await deploy();
            fixture.send('part', { payload: manualPrint() });
            await fixture.showing('part', /^red ring (not InvenTree|InvenTree unreachable)/);
            await until('the warning', () => fixture.warnings('inventree').length > 0);
            assert.equal(fixture.warnings('inventree').length, 1);
            assert.match(fixture.warnings('inventree')[0]!, message);
            fixture.inventree.interfere = undefined;
            fixture.inventree.apiVersion = 479;
            (fixture.node('inventree') as InvenTreeServerNode).breaker.wake();
            await fixture.messages('out', 1);
            assert.equal(fixture.at('caught').length, 0);
        });
    }
});
