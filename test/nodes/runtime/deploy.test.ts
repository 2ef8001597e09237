import { Bench } from '../bench';
import { ALL, line, STEPS, type Changes } from '../flow';

describe('what the nodes say right after a deploy, before any message', () => {
    const bench = new Bench();
    beforeEach(async () => {
        await bench.open();
        bench.inventree.addCategory({ name: 'Everything', structural: true });
        bench.inventree.addLocation({ name: 'House', structural: true });
    });
    afterEach(() => bench.close());

    const SETTINGS: [string, Changes, string, RegExp][] = [
        ['no category', { part: { category: '' } }, 'part', /^red \w+ category missing$/],
        ['a category that does not exist', { part: { category: 99 } }, 'part', /^red \w+ category missing$/],
        ['a structural category', { part: { category: 2 } }, 'part', /^red \w+ category refused$/],
        ['no location', { stock: { location: '' } }, 'stock', /^red \w+ location missing$/],
        ['a location that does not exist', { stock: { location: '99' } }, 'stock', /^red \w+ location missing$/],
        ['a structural location', { stock: { location: 2 } }, 'stock', /^red \w+ location refused$/],
    ];
    for (const [what, changes, id, status] of SETTINGS) {
        it(`${id}: ${what}`, async () => {
            await bench.deploy(line(bench, STEPS, changes));
            await bench.showing(id, status);
        });
    }

    it('a key that may not write links', async () => {
        await bench.deploy(line(bench, ALL), { bambuddy: { apiKey: bench.bambuddy.readOnlyKey } });
        await bench.showing('link', /^yellow \w+ API key is read-only$/);
        await bench.showing('source', /^green dot watching/);
    });

    it('a token that is wrong', async () => {
        bench.secrets.push('inv-wrong-token-1234');
        await bench.deploy(line(bench, ALL), { inventree: { token: 'inv-wrong-token-1234' } });
        await bench.showing('part', /^red ring /);
        await bench.showing('stock', /^red ring /);
    });

    it('nothing where all is well, and nothing is changed anywhere', async () => {
        await bench.deploy(line(bench, ALL));
        await bench.showing('source', 'green dot watching · 0 today');
        for (const id of STEPS) await bench.showing(id, '');
    });
});
