import assert from 'node:assert/strict';
import fc from 'fast-check';
import { oneLine, plainText, withoutLinks } from '../../../lib/product/plain-text';
import { cutToLength, shopLength } from '../../../lib/product/text-length';
import { shopDescription, shopName } from '../../../lib/product/texts';

describe('how long a text is to the shop', () => {
    for (const [text, length] of [
        ['', 0],
        ['Кот', 3],
        ['ёжик Ёлка', 9],
        ['«Ёлочка» — №5…', 14],
        ['Сыр 🧀 пармезан', 22],
        ['Ґава їжак', 9],
        ['日本', 16],
        ['é', 6],
        ['A&B', 7],
        ['"x"', 13],
        ['€100', 4],
        ['a\u00a0b', 3],
    ] as const)
        it(`"${text}" counts ${length}`, () => assert.equal(shopLength(text), length));
});

describe('a text that is too long', () => {
    for (const [text, most, expected] of [
        ['short', 10, 'short'],
        ['one two three', 9, 'one two…'],
        ['one two three', 8, 'one two…'],
        ['one, two three', 7, 'one…'],
        ['onetwothreefour', 8, 'onetwot…'],
        ['a verylongwordthatdoesnotend', 12, 'a verylongw…'],
        ['Ваза (большая) синяя', 16, 'Ваза (большая)…'],
        ['Ваза синяя (большая', 13, 'Ваза синяя…'],
    ] as const)
        it(`"${text}" at ${most}: "${expected}"`, () => assert.equal(cutToLength(text, most), expected));

    it('is never longer than it may be, and is cut through no character', () => {
        const unit = fc.constantFrom('а', 'ё', ' ', '🧀', '👩‍👩‍👧', 'é', '"', '&', 'x', 'Ў', '日', '🇷🇺');
        fc.assert(
            fc.property(fc.array(unit, { maxLength: 60 }), fc.integer({ min: 10, max: 100 }), (units, most) => {
                const text = units.join('');
                const cut = cutToLength(text, most);
                assert.ok(shopLength(cut) <= most, cut);
                assert.ok(cut.isWellFormed());
                if (cut === text) return;
                const kept = cut.slice(0, -1);
                assert.ok(text.startsWith(kept));
                const ends = [...new Intl.Segmenter('ru').segment(text)].map(({ index }) => index);
                assert.ok([...ends, text.length].includes(kept.length), `${text} at ${kept}`);
            }),
        );
    });
});

describe('the name in the shop', () => {
    const nameOf = (...of: Parameters<typeof shopName>): string => {
        const { name, refusal } = shopName(...of);
        return name ?? refusal;
    };

    for (const [name, options, expected] of [
        ['Органайзер настольный, 6 ячеек', {}, 'Органайзер настольный, 6 ячеек'],
        ['  Ваза\n\t большая ', {}, 'Ваза большая'],
        ['Ваза <b>синяя</b>', {}, 'Ваза синяя'],
        ['Tom &amp; Jerry', {}, 'Tom & Jerry'],
        ['Труба 5 < 6', {}, 'Труба 5 < 6'],
        ['Ботинки', { Цвет: 'Синий', Размер: '42' }, 'Ботинки (Синий, 42)'],
        ['Подставка (Чёрный, S)', { Цвет: 'Чёрный', Размер: 'S' }, 'Подставка (Чёрный, S)'],
        ['Подставка синий', { Цвет: 'Синий', Размер: 'L' }, 'Подставка синий (L)'],
        ['Ботинки 420', { Размер: '42' }, 'Ботинки 420 (42)'],
        ['Кот', { Цвет: 'Чёрный' }, 'Кот (Чёрный)'],
        ['Ваза', { Цвет: '' }, 'Ваза'],
        ['Кот', {}, 'nameTooShort'],
        ['🧀', {}, 'nameTooShort'],
        ['', {}, 'noName'],
        ['  ', { Цвет: 'Чёрный' }, 'noName'],
        ['<br>', {}, 'noName'],
        ['\u200b\u200b\u200b\u200b', {}, 'noName'],
        ['Ваза\ud800', {}, 'Ваза'],
    ] as const)
        it(`"${name}" ${JSON.stringify(options)}: "${expected}"`, () => assert.equal(nameOf(name, options), expected));

    it('is cut at a word, and keeps what is chosen', () => {
        const long =
            'Крючок «Ёлочка» с очень длинным названием, которое касса принимает целиком, а магазин сообщества должен обрезать по слову, потому что больше ста знаков';
        const name = nameOf(long);
        assert.equal(
            name,
            'Крючок «Ёлочка» с очень длинным названием, которое касса принимает целиком, а магазин сообщества…',
        );
        assert.ok(shopLength(name) <= 100);
        const chosen = nameOf(long, { Цвет: 'Синий', Размер: '42' });
        assert.ok(chosen.endsWith('… (Синий, 42)') && shopLength(chosen) <= 100, chosen);
    });

    it('is one that the shop takes, or is refused, whatever it is made of', () => {
        fc.assert(
            fc.property(
                fc.string({ unit: 'binary', maxLength: 300 }),
                fc.dictionary(fc.string(), fc.string({ maxLength: 200 })),
                (text, options) => {
                    const { name } = shopName(text, options);
                    if (name === null) return;
                    assert.ok(shopLength(name) <= 100 && Array.from(name).length >= 4 && !/[\n\r\t]/.test(name), name);
                },
            ),
        );
    });
});

describe('a text of a page', () => {
    for (const [html, expected] of [
        ['', ''],
        ['plain', 'plain'],
        ['<p>One</p><p>Two</p>', 'One\n\nTwo'],
        ['One<br>Two<br/>Three', 'One\nTwo\nThree'],
        ['<ul><li>One</li><li>Two</li></ul>', 'One\n\nTwo'],
        ['<b>bold</b>ly <i class="x">said</i>', 'boldly said'],
        ['a<script>alert("<p>")</script>b', 'a b'],
        ['a<style>p { color: red }', 'a'],
        ['a<!-- not seen -->b', 'a b'],
        ['5 < 6 and 7 > 6', '5 < 6 and 7 > 6'],
        ['&lt;b&gt;bold&lt;/b&gt;', 'bold'],
        ['&amp;lt;b&amp;gt;', ''],
        ['a&nbsp;&nbsp;b', 'a b'],
        ['a\r\nb\u0000c', 'a\nbc'],
        ['a\n\n\n\n\nb', 'a\n\nb'],
        ['е\u0308лка', 'ёлка'],
    ] as const)
        it(`${JSON.stringify(html)} is ${JSON.stringify(expected)}`, () => assert.equal(plainText(html), expected));

    it('on one line', () => assert.equal(oneLine('<p>One</p>\n<p>Two</p>'), 'One Two'));

    for (const [text, expected] of [
        ['See https://example.com/a?b=c for more', 'See for more'],
        ['See (https://example.com).', 'See.'],
        ['www.example.ru: наш сайт', ': наш сайт'],
        ['Сайт мастерская.рф и t.me/shop', 'Сайт и'],
        ['vk.com/shop, vk.cc/abc', ','],
        ['Пишите на mail@example.com', 'Пишите на mail@example.com'],
        ['PLA, печать 0,2 мм. Размер 180×120×60 мм.', 'PLA, печать 0,2 мм. Размер 180×120×60 мм.'],
        ['Node.js и т.д., 10.5 см', 'Node.js и т.д., 10.5 см'],
        ['ftp://host/file', ''],
    ] as const)
        it(`"${text}" without links is "${expected}"`, () => assert.equal(withoutLinks(text), expected));

    it('of 1 MB takes no time worth speaking of, whatever it is made of', () => {
        for (const piece of [
            '<p>',
            '<',
            '<!--',
            '<script>',
            '&amp;',
            'a.',
            '&',
            'x',
            '<a ',
            'http://',
            '(',
            '\n',
            '&lt;',
        ])
            withoutLinks(plainText(piece.repeat(Math.ceil(1_000_000 / piece.length))));
    }).timeout(5000);
});

describe('the description in the shop', () => {
    const product = {
        name: 'Ваза',
        group: { id: 'g', name: 'Вазы', path: ['Вазы'] },
        storeName: 'Мастерская на Садовой',
        article: 'VZ-1',
        options: {},
    };
    for (const [text, change, expected] of [
        ['Большая ваза из PLA', {}, 'Большая ваза из PLA'],
        ['<p>Большая ваза</p><p>https://example.com</p>', {}, 'Большая ваза'],
        [null, {}, 'Ваза · Вазы'],
        ['', {}, 'Ваза · Вазы'],
        ['PLA', {}, 'PLA · Ваза'],
        ['https://example.com/very/long/address', {}, 'Ваза · Вазы'],
        [null, { options: { Цвет: 'Синий' } }, 'Ваза · Цвет: Синий'],
        [null, { group: null }, 'Ваза · VZ-1'],
        [null, { group: null, article: null }, 'Ваза · Мастерская на Садовой'],
        [null, { group: null, article: null, storeName: '' }, 'Ваза · Ваза'],
        ['Ваза', { name: 'Ваза', group: null, article: null, storeName: 'Ваза' }, 'Ваза · Ваза'],
    ] as const)
        it(`${JSON.stringify(text)} ${JSON.stringify(change)}: "${expected}"`, () =>
            assert.equal(shopDescription(text, { ...product, ...change }), expected));

    it('of 1 MB is cut at a word', () => {
        const description = shopDescription('слово '.repeat(200_000), product);
        assert.ok(shopLength(description) <= 4000 && description.endsWith('слово…'), description.slice(-20));
    });
});
