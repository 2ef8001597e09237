// The sources of a catalog: what is wrong with one, whether it is paused, and how far it is.
import type { CatalogContent, CatalogSourceReport, StoreNode } from '../../../lib/admin/sidebar/catalog/wire';
import { button, fill, make } from '../page/elements';
import { duration, number } from '../page/format';
import { notice, type Notice } from '../page/notice';
import { ProgressBar } from '../page/progress-bar';
import { mayWrite, t } from '../page/texts';

export class SourceStatus {
    readonly element: HTMLElement;
    private shown = '';
    private readonly notices = make('div', { class: 'pts-notices', role: 'status', hidden: true });
    private readonly bar = new ProgressBar();
    private readonly pause = button(t('history.pause'), { icon: 'fa-pause', 'data-act': 'pause' }, () =>
        this.act({ action: 'pause' }),
    );
    private readonly stop = button(t('history.stop'), { icon: 'fa-stop', 'data-act': 'stop' }, () =>
        this.act({ action: 'stop' }),
    );
    private readonly progress: HTMLElement;

    /** @param act asks the sources of the catalog for an action */
    constructor(private readonly act: (action: object) => void) {
        this.progress = make('div', { class: 'pts-pass', hidden: true }, [
            make('div', { class: 'pts-pass-bar' }, this.bar.elements),
            make('div', { class: 'pts-next' }, [this.pause, this.stop]),
        ]);
        this.element = make('div', { class: 'pts-sources' }, [this.notices, this.progress]);
    }

    show({ sources, stores }: CatalogContent): void {
        const notices = sources.flatMap((source) => this.noticesOf(source));
        // told once: what is the same as before is not read out again
        const text = JSON.stringify(notices);
        if (text !== this.shown) fill(this.notices, notices.map(notice));
        this.shown = text;
        const busy = sources.find(({ reading, sending }) => reading !== null || sending !== null);
        this.progress.hidden = busy === undefined;
        if (busy === undefined) return this.bar.rest();
        this.pause.hidden = busy.paused || !mayWrite();
        this.stop.hidden = !mayWrite();
        const { what, done, total } = progressOf(busy, stores);
        this.bar.show(what, done, total);
    }

    private noticesOf({ id, name, kind, problem, paused, failure }: CatalogSourceReport): Notice[] {
        const called = name || t(`catalog.source.${kind}`);
        if (problem !== null)
            return [{ kind: 'error', sign: 'fa-warning', text: t('source.problem', { name: called }), words: problem }];
        const notices: Notice[] = [];
        if (paused) {
            const act = (): void => this.act({ action: 'resume', source: id });
            notices.push({
                kind: 'warning',
                sign: 'fa-pause',
                text: t('catalog.source.paused', { name: called }),
                act,
            });
        }
        if (failure) {
            const [text, more] = [t('catalog.source.failed', { name: called }), t('catalog.source.failedMore')];
            notices.push({ kind: 'error', sign: 'fa-warning', text, more });
        }
        return notices;
    }
}

/** What of a source's pass is told, and how far it is. */
function progressOf(
    { reading, sending }: CatalogSourceReport,
    stores: readonly StoreNode[],
): { what: string; done: number; total: number } {
    if (sending !== null) {
        const { done, total, secondsLeft } = sending;
        const left = secondsLeft === null ? null : t('history.left', { time: duration(secondsLeft) });
        const what = t('catalog.pass.sending', { done: number(done), total: number(total) });
        return { what: [what, left].filter(Boolean).join(' · '), done, total };
    }
    const { store = null, done = 0, total = 0, products = 0 } = reading ?? {};
    const name = stores.find(({ id }) => id === store)?.name;
    const what =
        name === undefined ? t('catalog.pass.begin') : t('catalog.pass.reading', { name, n: number(products) });
    const place = total > 1 ? t('catalog.pass.stores', { done: number(done + 1), total: number(total) }) : null;
    // of a store it is not known how many products it has, but for how many it had
    const before = stores.find(({ id }) => id === store)?.products ?? 0;
    const part = before > products ? products / before : 0;
    return { what: [what, place].filter(Boolean).join(' · '), done: done + part, total };
}
