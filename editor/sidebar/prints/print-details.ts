// What a row opens into: figures of the print, what happened to it, and its error with the way to the node.
import type { PrintRow } from '../../../lib/admin/sidebar/wire';
import { button, link, make, type Child } from '../page/elements';
import { amount, duration, number, weight, when, wholeTime } from '../page/format';
import { t } from '../page/texts';
import { failedNode } from './steps';

/** Rows that are open: one that is made anew stays so. Keys are store and batch. */
const open = new Set<string>();

export const isOpen = (key: string): boolean => open.has(key);

/** Notes that a person opens or closes the details of a row. @returns whether they are open now */
export function turnDetails(key: string): boolean {
    if (!open.delete(key)) open.add(key);
    return open.has(key);
}

/** The content of the details. @param reasons why it is not in stock, in whole sentences */
export function detailsOf(store: string, print: PrintRow, reasons: readonly string[]): Child[] {
    const name = print.name || print.batch;
    return [
        reasons.length === 0 ? null : problem(store, print, reasons),
        make(
            'dl',
            { class: 'pts-detail-list' },
            facts(print, name).flatMap(([label, value]) => [
                make('dt', { text: t(`detail.${label}`) }),
                make('dd', {}, [value]),
            ]),
        ),
        make(
            'ol',
            { class: 'pts-history', 'aria-label': t('detail.history') },
            print.details.history.map(({ what, at }) =>
                make('li', {}, [
                    make('time', { datetime: at, title: wholeTime(at), text: when(at) }),
                    make('span', { text: t(`event.${what}`) }),
                ]),
            ),
        ),
    ];
}

function facts(print: PrintRow, name: string): [string, Child][] {
    const { part, stock, page, details, batch, printer, quantity, archiveId, sourceLabel } = print;
    const { grams, seconds, cost, material } = details;
    const all: [string, Child][] = [
        ['weight', grams === null ? null : weight(grams, 1)],
        ['duration', seconds === null ? null : duration(seconds)],
        ['cost', cost === null ? null : amount(cost, null)],
        ['filament', material],
        ['quantity', quantity === null ? null : number(quantity)],
        ['printer', printer],
        [
            'part',
            part &&
                link(part.name ?? t('link.part', { pk: part.pk }), part.url, t('link.partOf', { pk: part.pk, name })),
        ],
        [
            'stock',
            stock && link(t('link.stock', { pk: stock.pk }), stock.url, t('link.stockOf', { pk: stock.pk, name })),
        ],
        [
            'source',
            page &&
                link(
                    archiveId === null ? sourceLabel : t('link.archive', { id: archiveId }),
                    page,
                    t(archiveId === null ? 'link.sourceOf' : 'link.archiveOf', { name, source: sourceLabel }),
                ),
        ],
        ['batch', batch],
    ];
    return all.filter(([, value]) => value !== null && value !== '');
}

function problem(store: string, print: PrintRow, reasons: readonly string[]): HTMLElement {
    const node = failedNode(print, store);
    return make('div', { class: 'pts-detail-problem' }, [
        ...reasons.map((text) => make('p', { text })),
        node === null
            ? null
            : button(t('detail.openNode'), { icon: 'fa-crosshairs', 'data-act': 'open-node' }, () => openNode(node)),
    ]);
}

/** Shows the node in its flow, and opens its dialog where a person may change flows. */
function openNode(node: EditorNode): void {
    RED.view.reveal(node.id);
    if (RED.user.hasPermission('flows.write')) RED.editor.edit(node);
}
