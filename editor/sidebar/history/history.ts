// Older prints: first a preview, then an import or an adoption, with a bar while it runs.
import type { BackfillMode, BackfillReport, LongJobReport, SourceOverview } from '../../../lib/admin/sidebar/wire';
import { button, fill, hasFocus, icon, make, type Child } from '../page/elements';
import { number, when } from '../page/format';
import { mayWrite, say, t } from '../page/texts';
import { ImportList } from './import-list';
import { numbers } from './numbers';
import { PreviewTable } from './preview-table';
import { Progress } from './progress';
import { RangeForm } from './range';

export class History {
    readonly element: HTMLElement;
    readonly preview = button(t('history.preview'), { icon: 'fa-search', 'data-act': 'preview' }, () =>
        this.begin('preview'),
    );
    private source: SourceOverview | null = null;
    private store = '';
    /** what is shown, as JSON */
    private shown = '';
    /** something runs, or was begun here: its end is told */
    private waited = false;
    private readonly range = new RangeForm(() => this.begin('preview'));
    private readonly form = make('div', { class: 'pts-form pts-range' }, [...this.range.elements, this.preview]);
    private readonly table = new PreviewTable(() => this.showCount());
    private readonly import = button('', { icon: 'fa-download', primary: true, 'data-act': 'import' }, () =>
        this.begin('all', { ticked: this.table.ticked }),
    );
    private readonly imports = new ImportList();
    /** prints that would be created */
    private created = 0;
    private readonly progress = new Progress((action) => this.ask({ action }));
    private readonly result = make('div', { class: 'pts-result' });

    /** @param act asks the source for an action */
    constructor(private readonly act: (source: string, action: object) => void) {
        this.element = make('div', { class: 'pts-panel-body' }, [
            make('p', { class: 'pts-hint', text: t('history.hint') }),
            this.form,
            this.progress.element,
            this.result,
            this.table.element,
            this.imports.element,
        ]);
    }

    show(source: SourceOverview, store: string): void {
        this.source = source;
        this.store = store;
        this.imports.show(source, store);
        const job = source.longJobs.find(({ action }) => action === 'backfill') ?? null;
        const running = source.backfill !== null || (job !== null && job.endedAt === null);
        this.form.hidden = running || !mayWrite();
        this.progress.show(running ? (source.backfill ?? { mode: job?.mode ?? 'preview' }) : null, source.paused);
        const shown = JSON.stringify([running, job, source.id, store]);
        if (shown === this.shown) return;
        this.shown = shown;
        fill(this.result, running || job === null ? [] : this.outcome(job));
        const isPreview = job?.mode === 'preview' && job.result !== null && 'phase' in job.result;
        const ticks = isPreview && mayWrite() && (job.result as BackfillReport).phase === 'done';
        this.table.show(store, source.id, running ? null : job, ticks);
        this.showCount();
        if (!running && job !== null && this.waited) {
            say(this.result.textContent);
            // what was pressed is gone: where to go on from is here
            if (!hasFocus(this.element) || document.activeElement?.closest('[hidden]'))
                this.result.querySelector('button')?.focus();
        }
        this.waited = running;
    }

    /** @param what which prints; left out: as the form says */
    private begin(mode: BackfillMode, what: object | null = this.range.read()): void {
        if (what === null) return;
        this.waited = true;
        this.ask({ action: 'backfill', mode, ...what });
    }

    /** The import says how many prints it takes. */
    private showCount(): void {
        const n = this.table.count(this.created);
        fill(this.import, [icon('fa-download'), make('span', { text: t('history.import', { n: number(n) }) })]);
        this.import.disabled = n === 0;
    }

    private ask(action: object): void {
        if (this.source !== null) this.act(this.source.id, action);
    }

    private outcome(job: LongJobReport): Child[] {
        const { error, result, mode, endedAt } = job;
        this.created = 0;
        if (error !== null) return [make('p', { class: 'pts-failed', text: error })];
        if (result === null || !('phase' in result) || mode === undefined) return [];
        const { phase } = result;
        return [
            make('p', { class: 'pts-summary' }, [
                make('strong', { text: t(phase === 'stopped' ? 'history.stopped' : `history.done.${mode}`) }),
                make('span', { class: 'pts-at', text: when(endedAt) }),
            ]),
            counts(result, mode),
            reasons(result),
            mode === 'preview' && phase === 'done' ? this.next(result, job) : null,
        ];
    }

    /** What may follow a preview: nothing is written before a person has seen it. */
    private next({ created, adopted }: BackfillReport, { max, since, until }: LongJobReport): Child {
        if (!mayWrite()) return null;
        this.created = created;
        return make('div', { class: 'pts-next' }, [
            created === 0 && adopted === 0 ? make('p', { text: t('history.nothing') }) : null,
            created > 0 ? this.import : null,
            adopted > 0
                ? button(
                      t('history.adopt', { n: number(adopted) }),
                      { icon: 'fa-link', 'data-act': 'adopt', title: t('history.adoptHint') },
                      () => this.begin('adopt', { max, since, until }),
                  )
                : null,
        ]);
    }
}

function counts(result: BackfillReport, mode: BackfillMode): HTMLElement {
    const made = mode === 'preview' ? 'wouldCreate' : mode === 'adopt' ? null : 'created';
    const all: [string | null, number][] = [
        [made, result.created],
        ['existing', result.existing],
        [mode === 'preview' ? 'wouldAdopt' : 'adopted', result.adopted],
        ['skipped', result.skipped],
        ['failed', result.failed],
    ];
    return numbers(
        all.flatMap(([name, n]): [string, number][] =>
            name !== null && (n > 0 || name === made || name === 'existing') ? [[t(`history.number.${name}`), n]] : [],
        ),
    );
}

function reasons(result: BackfillReport): Child {
    const found = Object.entries(result.reasons);
    if (found.length === 0) return null;
    const text = found.map(([reason, n]) => `${number(n)} ${reason}`).join(' · ');
    return make('p', { class: 'pts-reasons', text: t('history.reasons', { reasons: text }) });
}
