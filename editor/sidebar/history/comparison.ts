// Reconcile: what Bambuddy, InvenTree and the store say of one another. Changes nothing.
import type { Difference, DifferenceKind, LongJobReport, SourceOverview } from '../../../lib/admin/sidebar/wire';
import { askBack } from '../page/ask';
import { button, fill, make, spinner, type Child } from '../page/elements';
import { number, when } from '../page/format';
import { mayWrite, say, t } from '../page/texts';
import { numbers } from './numbers';

const LISTS: readonly DifferenceKind[] = ['missing', 'gone', 'extra', 'differing'];

export class Comparison {
    readonly element: HTMLElement;
    private source: SourceOverview | null = null;
    /** what is shown, as JSON */
    private shown = '';
    /** it was begun here: its end is told */
    private waited = false;
    private readonly begin: HTMLButtonElement;
    private readonly form: HTMLElement;
    private readonly result = make('div', { class: 'pts-result' });
    private readonly apply = (batch: string, less: boolean): void => {
        if (this.source !== null) this.act(this.source.id, { action: 'apply', batch, less });
    };

    /** @param act asks the source for an action */
    constructor(private readonly act: (source: string, action: object) => void) {
        this.begin = button(t('compare.begin'), { icon: 'fa-exchange', 'data-act': 'reconcile' }, () => {
            this.waited = true;
            if (this.source !== null) act(this.source.id, { action: 'reconcile' });
        });
        this.form = make('div', { class: 'pts-form' }, [this.begin]);
        this.element = make('div', { class: 'pts-panel-body' }, [
            make('p', { class: 'pts-hint', text: t('compare.hint') }),
            this.form,
            this.result,
        ]);
    }

    show(source: SourceOverview): void {
        this.source = source;
        const job = source.longJobs.find(({ action }) => action === 'reconcile') ?? null;
        const running = job !== null && job.endedAt === null;
        this.form.hidden = !mayWrite();
        this.begin.disabled = running;
        const shown = JSON.stringify(job);
        if (shown === this.shown) return;
        this.shown = shown;
        fill(this.result, job === null ? [] : running ? [spinner(t('compare.running'))] : outcome(job, this.apply));
        if (!running && job !== null && this.waited) {
            this.waited = false;
            say(this.result.textContent);
        }
    }
}

/** @param apply puts the stock of a print right. `less`: pieces may be taken out */
type ApplyEdit = (batch: string, less: boolean) => void;

function outcome({ error, result, endedAt }: LongJobReport, apply: ApplyEdit): Child[] {
    if (error !== null) return [make('p', { class: 'pts-failed', text: error })];
    if (result === null || !('lists' in result)) return [];
    const found = LISTS.filter((name) => result[name] > 0);
    return [
        make('p', { class: 'pts-summary' }, [
            make('strong', { text: t(found.length === 0 ? 'compare.agrees' : 'compare.differs') }),
            make('span', { class: 'pts-at', text: when(endedAt) }),
        ]),
        numbers([
            [t('compare.runs'), result.runs],
            [t('compare.items'), result.items],
            [t('compare.matches'), result.matches],
        ]),
        ...found.map((name) => differences(name, result[name], result.lists[name], apply)),
    ];
}

function differences(name: DifferenceKind, n: number, list: readonly Difference[], apply: ApplyEdit): HTMLElement {
    const rest = n - list.length;
    return make('details', { class: 'pts-fates' }, [
        make('summary', {}, [
            make('strong', { text: `${number(n)} ${t(`compare.list.${name}`)}` }),
            make('span', { class: 'pts-hint', text: ` ${t(`compare.whatToDo.${name}`)}` }),
        ]),
        make('ul', {}, [
            ...list.map((each) => difference(each, apply)),
            rest > 0 ? make('li', { class: 'pts-hint', text: t('compare.rest', { n: number(rest) }) }) : null,
        ]),
    ]);
}

function difference(found: Difference, apply: ApplyEdit): HTMLElement {
    const { name, batch, archiveId, completedAt, startedAt, what, was, is } = found;
    const time = completedAt || startedAt;
    const aside = (text: string): HTMLElement => make('span', { class: 'pts-at', text });
    const line = make('li', {}, [
        make('span', { text: name || batch || t('history.nameless', { id: archiveId ?? '?' }) }),
        batch && name ? aside(batch) : null,
        time ? aside(when(time)) : null,
        what ? aside(t(`compare.what.${what}`, { was: was ?? '–', is: is ?? '–' })) : null,
    ]);
    if (what && batch && mayWrite()) line.append(applyButton(line, found, batch, apply));
    return line;
}

function applyButton(line: HTMLElement, found: Difference, batch: string, apply: ApplyEdit): HTMLElement {
    const name = found.name || batch;
    const go = (): void => {
        apply(batch, isLess(found));
        act.disabled = true;
    };
    const act = button(
        t('compare.apply'),
        { icon: 'fa-check', 'data-act': 'apply', 'aria-label': t('compare.applyTo', { name }) },
        () => {
            if (!isLess(found)) return go();
            const answer = { act: 'apply', yes: t('compare.apply'), icon: 'fa-check' };
            askBack(line, t('compare.less', { name }), answer, go);
        },
    );
    return act;
}

/** Whether pieces are taken out of stock by what was edited. */
function isLess({ what, was, is }: Difference): boolean {
    if (what === 'quantity') return typeof was === 'number' && typeof is === 'number' && is < was;
    return what === 'status' || (what === 'outcome' && is === 'reject');
}
