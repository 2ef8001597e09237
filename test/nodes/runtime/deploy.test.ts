import { NodeFixture } from '../fixture';
import { ALL, line, STEPS, type Changes } from '../flow';

describe('what the nodes say right after a deploy, before any message', () => {
    const fixture = new NodeFixture();
    beforeEach(async () => {
        await fixture.open();
        fixture.inventree.addCategory({ name: 'Everything', structural: true });
        fixture.inventree.addLocation({ name: 'House', structural: true });
    });
    afterEach(() => fixture.close());

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
            await fixture.deploy(line(fixture, STEPS, changes));
            await fixture.showing(id, status);
        });
    }

    it('a key that may not write links', async () => {
        await fixture.deploy(line(fixture, ALL), { bambuddy: { apiKey: fixture.bambuddy.readOnlyKey } });
        await fixture.showing('link', /^yellow \w+ API key is read-only$/);
        await fixture.showing('source', /^green dot watching/);
    });

    it('a token that is wrong', async () => {
        fixture.secrets.push('inv-wrong-token-1234');
        await fixture.deploy(line(fixture, ALL), { inventree: { token: 'inv-wrong-token-1234' } });
        await fixture.showing('part', /^red ring /);
        await fixture.showing('stock', /^red ring /);
    });

    it('nothing where all is well, and nothing is changed anywhere', async () => {
        await fixture.deploy(line(fixture, ALL));
        await fixture.showing('source', 'green dot watching · 0 today');
        for (const id of STEPS) await fixture.showing(id, '');
    });
});
