// Older prints: first a preview, then an import or an adoption, with a bar while it runs.
import type {
    PrintOutcome,
    BackfillMode,
    BackfillReport,
    LongJobReport,
    SourceOverview,
} from '../../../lib/admin/sidebar/wire';
import { button, fill, hasFocus, make, type Child } from '../page/elements';
import { number, when } from '../page/format';
import { mayWrite, say, t } from '../page/texts';
import { numbers } from './numbers';
import { Progress } from './progress';

export class History {
    readonly element: HTMLElement;
    readonly preview = button(t('history.preview'), { icon: 'fa-search', 'data-act': 'preview' }, () =>
        this.begin('preview'),
    );
    private source: SourceOverview | null = null;
    /** what is shown, as JSON */
    private shown = '';
    /** something runs, or was begun here: its end is told */
    private waited = false;
    private readonly max = make('input', {
        type: 'number',
        min: 1,
        step: 1,
        id: 'pts-history-max',
        class: 'pts-max',
        placeholder: t('history.all'),
        on: {
            keydown: (event) => {
                if (event.key === 'Enter') this.begin('preview');
            },
        },
    });
    private readonly form = make('div', { class: 'pts-form' }, [
        make('label', { for: 'pts-history-max', text: t('history.newest') }),
        this.max,
        this.preview,
    ]);
    private readonly progress = new Progress((action) => this.ask({ action }));
    private readonly result = make('div', { class: 'pts-result' });

    /** @param act asks the source for an action */
    constructor(private readonly act: (source: string, action: object) => void) {
        this.element = make('div', { class: 'pts-panel-body' }, [
            make('p', { class: 'pts-hint', text: t('history.hint') }),
            this.form,
            this.progress.element,
            this.result,
        ]);
    }

    show(source: SourceOverview): void {
        this.source = source;
        const job = source.longJobs.find(({ action }) => action === 'backfill') ?? null;
        const running = source.backfill !== null || (job !== null && job.endedAt === null);
        this.form.hidden = running || !mayWrite();
        this.progress.show(running ? (source.backfill ?? { mode: job?.mode ?? 'preview' }) : null, source.paused);
        const shown = JSON.stringify([running, job]);
        if (shown === this.shown) return;
        this.shown = shown;
        fill(this.result, running || job === null ? [] : this.outcome(job));
        if (!running && job !== null && this.waited) {
            say(this.result.textContent);
            // what was pressed is gone: where to go on from is here
            if (!hasFocus(this.element) || document.activeElement?.closest('[hidden]'))
                this.result.querySelector('button')?.focus();
        }
        this.waited = running;
    }

    /** @param max the newest so many, null: all; left out: as the field says */
    private begin(mode: BackfillMode, max?: number | null): void {
        const typed = this.max.value.trim();
        if (!this.max.checkValidity()) return void this.max.reportValidity();
        this.waited = true;
        const most = max === undefined ? (typed === '' ? null : Number(typed)) : max;
        this.ask({ action: 'backfill', mode, ...(most === null ? {} : { max: most }) });
    }

    private ask(action: object): void {
        if (this.source !== null) this.act(this.source.id, action);
    }

    private outcome({ error, result, mode, max, endedAt }: LongJobReport): Child[] {
        if (error !== null) return [make('p', { class: 'pts-failed', text: error })];
        if (result === null || !('phase' in result) || mode === undefined) return [];
        const { phase, prints = [] } = result;
        return [
            make('p', { class: 'pts-summary' }, [
                make('strong', { text: t(phase === 'stopped' ? 'history.stopped' : `history.done.${mode}`) }),
                make('span', { class: 'pts-at', text: when(endedAt) }),
            ]),
            counts(result, mode),
            reasons(result),
            mode === 'preview' && phase === 'done' ? this.next(result, max ?? null) : null,
            prints.length > 0 ? outcomes(prints) : null,
        ];
    }

    /** What may follow a preview: nothing is written before a person has seen it. */
    private next({ created, adopted }: BackfillReport, max: number | null): Child {
        if (!mayWrite()) return null;
        return make('div', { class: 'pts-next' }, [
            created === 0 && adopted === 0 ? make('p', { text: t('history.nothing') }) : null,
            created > 0
                ? button(
                      t('history.import', { n: number(created) }),
                      { icon: 'fa-download', primary: true, 'data-act': 'import' },
                      () => this.begin('all', max),
                  )
                : null,
            adopted > 0
                ? button(
                      t('history.adopt', { n: number(adopted) }),
                      { icon: 'fa-link', 'data-act': 'adopt', title: t('history.adoptHint') },
                      () => this.begin('adopt', max),
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

/** When a print ended; of one that does not tell, when it began. */
function ended({ completedAt, startedAt }: PrintOutcome): string | null {
    return completedAt || startedAt;
}

function outcomes(prints: readonly PrintOutcome[]): HTMLElement {
    return make('details', { class: 'pts-fates' }, [
        make('summary', { text: t('history.each', { n: prints.length }) }),
        make(
            'ul',
            {},
            prints.map((print) =>
                make('li', {}, [
                    make('span', { class: 'pts-fate', text: t(`history.fate.${print.outcome}`) }),
                    make('span', {
                        text: print.name || print.batch || t('history.nameless', { id: print.archiveId ?? '?' }),
                    }),
                    ended(print) ? make('span', { class: 'pts-at', text: when(ended(print)) }) : null,
                    print.reason ? make('span', { class: 'pts-at', text: print.reason }) : null,
                ]),
            ),
        ),
    ]);
}
