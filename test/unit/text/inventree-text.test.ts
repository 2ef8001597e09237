import assert from 'node:assert/strict';
import { createPart } from '../../../lib/clients/inventree/parts';
import { sanitize, sanitizeLink, limits } from '../../../lib/text/inventree-text';
import { createStockItem } from '../../../lib/clients/inventree/stock';
import { inventreeClient } from '../../fixtures/inventree-client';
import { picture } from '../../simulators/bambuddy';
import { InvenTreeSimulator } from '../../simulators/inventree';

const TEXTS = [
    'plain',
    'x<b y',
    '<i>html</i> & more',
    '<http://auto.link>',
    '<!-- comment -->',
    '</p>',
    '&lt;b&gt;',
    '&amp;lt;b&amp;gt;',
    '&amp;amp;lt;',
    '&#60;b&#62;',
    '&#x3c;script&#x3e;',
    '&nbsp;&copy;&unknown;',
    'R&D; 5 & 6',
    '[a](javascript:alert(1))',
    '[a]( data:text/html,x)',
    'a\nb\tc\r\nd',
    '\u0000\u0007\u001b\u007f',
    'lone \ud800 and \udc00 halves',
    'Lüfter Ø40 – 龍🐉',
    ' padded ',
    '\u202e right to left',
];

describe('texts as InvenTree takes them', () => {
    for (const [text, result] of [
        ['<b>', '‹b>'],
        ['&lt;b&gt;', '‹b>'],
        ['&amp;lt;', '‹'],
        ['Vise &amp;amp; Stand', 'Vise & Stand'],
        ['Bob&amp;#39;s &#x201c;bin&#X201D;', "Bob's “bin”"],
        ['&#0; &#xd800; &#99999999; &unknown;', '& #0; & #xd800; & #99999999; & unknown;'],
        ['a\nb\tc', 'a b c'],
        ['a\r\n\t b', 'a  b'],
        [' padded ', 'padded'],
        ['x \ud800 y', 'x  y'],
        ['5 & 6', '5 & 6'],
        ['AT&T', 'AT&T'],
    ] as const)
        it(`${JSON.stringify(text)} becomes ${JSON.stringify(result)}`, () =>
            assert.equal(sanitize(text, 100), result));

    it('keep their line breaks where lines are wanted', () => {
        assert.equal(sanitize('a\nb\tc\rd', 100, true), 'a\nb c d');
    });

    it('are shortened by code points, never through one, and say so', () => {
        assert.equal(sanitize('🐉'.repeat(10), 10), '🐉'.repeat(10));
        assert.equal(sanitize('🐉'.repeat(11), 10), `${'🐉'.repeat(9)}…`);
        assert.equal(sanitize('abcd      efgh', 10), 'abcd…');
        for (const length of [99, 100, 101, 500])
            assert.ok(Array.from(sanitize('x'.repeat(length), limits.name)).length <= limits.name);
    });

    it('made acceptable twice are the same', () => {
        for (const text of TEXTS) assert.equal(sanitize(sanitize(text, 250), 250), sanitize(text, 250), text);
    });

    for (const apiVersion of [388, 479]) {
        it(`are all accepted by the server, and stored as they were sent (API ${apiVersion})`, async () => {
            const server = new InvenTreeSimulator({ apiVersion, writeMs: 0 });
            await server.listen();
            const client = inventreeClient(server, { reads: 1 });
            const category = server.addCategory({ name: 'c' }).pk;
            const location = server.addLocation({ name: 'l' }).pk;
            for (const [n, text] of [...TEXTS, ...TEXTS.map((each) => each.repeat(60))].entries()) {
                const name = sanitize(text, limits.name) || 'x';
                const description = sanitize(text, limits.description);
                // as JSON, and as a form with a picture
                const image = n % 2 === 0 ? null : { bytes: picture(n), type: 'image/png' };
                const fields = { name, IPN: `I-${n}`, category, description, keywords: description, link: null };
                const part = await createPart(client, fields, image);
                assert.equal(part.name, name, JSON.stringify(text));
                const notes = sanitize(text, limits.notes, true);
                const item = await createStockItem(client, {
                    part: part.pk,
                    location,
                    quantity: 1,
                    batch: `b-${n}`,
                    status: 10,
                    notes,
                    link: null,
                    delete_on_deplete: true,
                });
                assert.equal(server.state.stock.get(item.pk)!.notes, notes, JSON.stringify(text));
            }
            client.close();
            await server.close();
        });
    }

    for (const link of [
        'http://192.168.1.20:8000/archives?highlight=1',
        'https://bambuddy.lan/x',
        'http://localhost:8000/',
        'http://[::1]:8000/',
        `https://x.example/${'a'.repeat(1982)}`,
    ])
        it(`the link ${link.slice(0, 50)} is fit`, () => assert.equal(sanitizeLink(link), link));

    for (const link of [
        null,
        '',
        'x',
        'http://bambuddy:8000/',
        'ftp://x.example/',
        'javascript:alert(1)',
        `https://x.example/${'a'.repeat(1983)}`,
    ])
        it(`the link ${String(link).slice(0, 50)} is not`, () => assert.equal(sanitizeLink(link), null));
});
