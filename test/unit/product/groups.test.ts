import assert from 'node:assert/strict';
import { albumKey, albumTitles } from '../../../lib/product/albums';
import { categoryOf } from '../../../lib/product/categories';
import { lineage, pathKey, groupPathOf, type GroupNode } from '../../../lib/product/groups';

const tree = (
    ...rows: readonly (readonly [id: string, parent: string | null, isModification?: boolean])[]
): Map<string, GroupNode> =>
    new Map(
        rows.map(([id, parent, isModification = false]) => [
            id,
            { id, name: id.toUpperCase(), parent, isModification },
        ]),
    );

describe('the groups that a group lies in', () => {
    const groups = tree(
        ['a', null],
        ['b', 'a'],
        ['c', 'b'],
        ['m', 'c', true],
        ['r', null, true],
        ['lost', 'nowhere'],
        ['x', 'z'],
        ['y', 'x'],
        ['z', 'y'],
        ['self', 'self'],
    );
    for (const [id, expected] of [
        ['a', ['a']],
        ['c', ['a', 'b', 'c']],
        ['m', ['a', 'b', 'c', 'm']],
        ['lost', ['lost']],
        ['nowhere', []],
        [null, []],
        // a ring is cut where it closes
        ['x', ['y', 'z', 'x']],
        ['z', ['x', 'y', 'z']],
        ['self', ['self']],
    ] as const)
        it(`${id}: ${expected.join(', ')}`, () =>
            assert.deepEqual(
                lineage(groups, id).map((group) => group.id),
                expected,
            ));

    it('a modification is shown in the parent of its group', () => {
        assert.deepEqual(groupPathOf(groups, 'm')?.path, ['A', 'B', 'C']);
        assert.equal(groupPathOf(groups, 'm')?.group.id, 'c');
        assert.equal(groupPathOf(groups, 'r'), null);
        assert.equal(groupPathOf(groups, null), null);
    });

    it('5,000 groups in one line, and in one ring, are walked', () => {
        const rows = Array.from({ length: 5000 }, (_, i): [string, string | null] => [
            `g${i}`,
            i === 0 ? null : `g${i - 1}`,
        ]);
        assert.equal(lineage(tree(...rows), 'g4999').length, 5000);
        rows[0]![1] = 'g4999';
        assert.equal(lineage(tree(...rows), 'g4999').length, 5000);
    });
});

describe('the albums of a product', () => {
    const path = ['Печать', 'Органайзеры', 'Большие'];
    for (const [albums, expected] of [
        ['path', ['Печать / Органайзеры / Большие']],
        ['last', ['Большие']],
        ['parents', ['Печать', 'Печать / Органайзеры', 'Печать / Органайзеры / Большие']],
        ['none', []],
    ] as const)
        it(`${albums}: ${expected.join(', ')}`, () => assert.deepEqual(albumTitles(path, albums), expected));

    it('there is none for the root, and none for groups without names', () => {
        for (const albums of ['path', 'last', 'parents'] as const) {
            assert.deepEqual(albumTitles([], albums), []);
            assert.deepEqual(albumTitles(['', ' '], albums), []);
        }
    });

    it('a title of more than 128 characters loses levels from the left', () => {
        const long = 'Я'.repeat(60);
        assert.deepEqual(albumTitles([long, long, 'Конец'], 'path'), [`${long} / Конец`]);
        assert.deepEqual(albumTitles([long, 'Середина', 'Конец'], 'path'), [`${long} / Середина / Конец`]);
        const words = 'слово '.repeat(40);
        const [title] = albumTitles(['Печать', words], 'path');
        assert.ok(title!.length <= 128 && title!.endsWith('слово…'), title);
    });

    it('an album is known by its title, whatever its case and its spaces', () => {
        assert.equal(albumKey('  Печать /  Органайзеры '), albumKey('печать / органайзеры'));
        assert.notEqual(albumKey('Печать'), albumKey('Печати'));
    });
});

describe('the category of a product', () => {
    const groups = [
        { id: 'AAA', name: 'Печать' },
        { id: 'bbb', name: 'Органайзеры' },
    ];
    const map = (
        rows: readonly [group: string, path: string, category: number][],
        fallback: number | null = 9,
    ): Parameters<typeof categoryOf>[0] => ({
        rows: rows.map(([group, path, category]) => ({ group, path, category })),
        fallback,
    });

    for (const [what, rows, expected] of [
        ['no row', [], 9],
        ['by id', [['bbb', '', 1]], 1],
        ['by id, whatever its case', [['BBB', '', 1]], 1],
        ['by path', [['', 'Печать / Органайзеры', 1]], 1],
        ['by path, however it is typed', [['', ' печать/ОРГАНАЙЗЕРЫ ', 1]], 1],
        ['by path, where the group was made anew', [['gone', 'Печать / Органайзеры', 1]], 1],
        [
            'by id before path',
            [
                ['old', 'Печать / Органайзеры', 1],
                ['bbb', 'Elsewhere', 2],
            ],
            2,
        ],
        ['of the nearest group above', [['aaa', '', 1]], 1],
        [
            'of the group before the one above',
            [
                ['aaa', '', 1],
                ['', 'Печать / Органайзеры', 2],
            ],
            2,
        ],
        ['of the last name alone', [['', 'Органайзеры', 1]], 9],
        ['an empty row', [['', '', 1]], 9],
    ] as [string, [string, string, number][], number][])
        it(`${what}: ${expected}`, () => assert.equal(categoryOf(map(rows), { groups }), expected));

    it('is the default in the root, and none where there is no default', () => {
        assert.equal(categoryOf(map([['aaa', '', 1]]), { groups: [] }), 9);
        assert.equal(categoryOf(map([], null), { groups }), null);
    });

    it('paths are compared without case, spaces and the sign between the levels', () => {
        assert.equal(pathKey(['Печать', 'Большие  вещи']), pathKey('печать > большие вещи'));
        assert.notEqual(pathKey(['a', 'b']), pathKey(['ab']));
    });
});
