// Reconcile: what Bambuddy, InvenTree and the store say of one another. Changes nothing.
import type { Difference, DifferenceKind, LongJobReport, SourceOverview } from '../../../lib/admin/sidebar/wire';
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

    /** @param act asks the source for an action */
    constructor(act: (source: string, action: object) => void) {
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
        fill(this.result, job === null ? [] : running ? [spinner(t('compare.running'))] : outcome(job));
        if (!running && job !== null && this.waited) {
            this.waited = false;
            say(this.result.textContent);
        }
    }
}

function outcome({ error, result, endedAt }: LongJobReport): Child[] {
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
        ...found.map((name) => differences(name, result[name], result.lists[name])),
    ];
}

function differences(name: DifferenceKind, n: number, list: readonly Difference[]): HTMLElement {
    const rest = n - list.length;
    return make('details', { class: 'pts-fates' }, [
        make('summary', {}, [
            make('strong', { text: `${number(n)} ${t(`compare.list.${name}`)}` }),
            make('span', { class: 'pts-hint', text: ` ${t(`compare.whatToDo.${name}`)}` }),
        ]),
        make('ul', {}, [
            ...list.map(difference),
            rest > 0 ? make('li', { class: 'pts-hint', text: t('compare.rest', { n: number(rest) }) }) : null,
        ]),
    ]);
}

function difference({ name, batch, archiveId, completedAt, startedAt, what, was, is }: Difference): HTMLElement {
    const time = completedAt || startedAt;
    const aside = (text: string): HTMLElement => make('span', { class: 'pts-at', text });
    return make('li', {}, [
        make('span', { text: name || batch || t('history.nameless', { id: archiveId ?? '?' }) }),
        batch && name ? aside(batch) : null,
        time ? aside(when(time)) : null,
        what ? aside(t(`compare.what.${what}`, { was: was ?? '–', is: is ?? '–' })) : null,
    ]);
}
