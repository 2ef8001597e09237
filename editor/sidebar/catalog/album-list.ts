// The albums of a community; one that is selected narrows the list of items down.
import type { AlbumRow } from '../../../lib/admin/sidebar/catalog/wire';
import { make } from '../page/elements';
import { number } from '../page/format';
import { t } from '../page/texts';
import { BARE, Tree, type TreeNode } from '../page/tree';
import { catalogs } from './requests';

/** Albums that are shown at once. */
const PORTION = 100;
const MORE = '+';

export class AlbumList {
    readonly element: HTMLElement;
    private of = '';
    private albums: readonly AlbumRow[] = [];
    private limit = PORTION;
    private selected: string | null = null;
    private readonly none = make('p', { class: 'pts-tree-none', text: t('catalog.albums.none'), hidden: true });
    private readonly tree = new Tree({
        label: t('catalog.albums.label'),
        nameOf: ({ name, count }) =>
            count === null ? name : `${name}, ${t('catalog.albums.items', { n: number(count) })}`,
        boxHint: () => '',
        open: () => undefined,
        toggle: () => undefined,
        select: (key) => this.select(key),
        more: () => {
            this.limit += PORTION;
            this.render();
        },
    });

    /** @param chosen told the album that is selected; null: none */
    constructor(private readonly chosen: (album: AlbumRow | null) => void) {
        this.element = make('div', { class: 'pts-stores' }, [this.tree.element, this.none]);
    }

    async show(catalog: string, community: string): Promise<void> {
        const of = `${catalog}/${community}`;
        if (of !== this.of) {
            this.albums = [];
            this.limit = PORTION;
            this.selected = null;
        }
        this.of = of;
        const { body } = await catalogs.albums(catalog, community).answer;
        if (body === null || of !== this.of) return;
        this.albums = body.albums;
        this.none.hidden = this.albums.length > 0;
        this.render();
    }

    /** Nothing is selected any more. */
    clear(): void {
        this.selected = null;
        this.render();
    }

    private select(key: string | null): void {
        this.selected = key;
        this.render();
        this.chosen(this.albums.find(({ id }) => String(id) === key) ?? null);
    }

    private render(): void {
        const left = this.albums.length - this.limit;
        const siblings = Math.min(this.albums.length, this.limit + 1);
        const lines = this.albums.slice(0, this.limit).map(({ id, title, items }, at): TreeNode => {
            const key = String(id);
            const isSelected = key === this.selected;
            return { ...BARE, key, level: 1, name: title, count: items, isSelected, position: at + 1, siblings };
        });
        const name = t('catalog.tree.more', { n: number(left) });
        if (left > 0) lines.push({ ...BARE, key: MORE, level: 1, name, isMore: true, position: siblings, siblings });
        this.tree.show(lines);
    }
}
