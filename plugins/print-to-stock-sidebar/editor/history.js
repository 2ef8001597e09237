// Older prints: first a preview, then an import or an adoption, with a bar while it runs.
(function (sidebar) {
    const { make, button, icon } = sidebar;

    sidebar.History = class {
        /** @param act asks the source for an action: `(sourceId, action)` */
        constructor(act) {
            const { t } = sidebar;
            this.act = act;
            this.source = null;
            this.told = -1;
            this.max = make('input', {
                type: 'number',
                min: 1,
                step: 1,
                id: 'pts-history-max',
                class: 'pts-max',
                placeholder: t('history.all'),
                on: { keydown: (event) => event.key === 'Enter' && this.begin('preview') },
            });
            this.preview = button(t('history.preview'), { icon: 'fa-search', 'data-act': 'preview' }, () =>
                this.begin('preview'),
            );
            this.form = make('div', { class: 'pts-form' }, [
                make('label', { for: 'pts-history-max', text: t('history.newest') }),
                this.max,
                this.preview,
            ]);
            this.progress = new sidebar.Progress((action) => this.act(this.source.id, { action }));
            this.result = make('div', { class: 'pts-result' });
            this.element = make('div', { class: 'pts-panel-body' }, [
                make('p', { class: 'pts-hint', text: t('history.hint') }),
                this.form,
                this.progress.element,
                this.result,
            ]);
        }

        show(source) {
            this.source = source;
            const errand = source.errands.find(({ action }) => action === 'backfill') || null;
            const running = source.backfill !== null || (errand !== null && errand.endedAt === null);
            this.form.hidden = running || !sidebar.mayWrite();
            this.progress.show(running ? source.backfill || { mode: errand.mode } : null, source.paused);
            const shown = JSON.stringify([running, errand]);
            if (shown === this.shown) return;
            this.shown = shown;
            sidebar.fill(this.result, running || errand === null ? [] : this.outcome(errand));
            if (!running && errand !== null && this.waited) {
                sidebar.say(this.result.textContent);
                // what was pressed is gone: where to go on from is here
                if (!this.element.contains(document.activeElement) || document.activeElement.closest('[hidden]'))
                    this.result.querySelector('button')?.focus();
            }
            this.waited = running;
        }

        begin(mode, max) {
            const typed = max === undefined ? this.max.value.trim() : max;
            if (!this.max.checkValidity()) return this.max.reportValidity();
            this.waited = true;
            this.act(this.source.id, {
                action: 'backfill',
                mode,
                ...(typed === '' || typed === null ? {} : { max: Number(typed) }),
            });
        }

        outcome(errand) {
            const { t } = sidebar;
            if (errand.error !== null) return [make('p', { class: 'pts-failed', text: errand.error })];
            const { result, mode } = errand;
            const max = errand.max === undefined ? null : errand.max;
            return [
                make('p', { class: 'pts-summary' }, [
                    make('strong', {
                        text: t(result.phase === 'stopped' ? 'history.stopped' : `history.done.${mode}`),
                    }),
                    make('span', { class: 'pts-at', text: sidebar.when(errand.endedAt) }),
                ]),
                numbers(result, mode),
                reasons(result),
                mode === 'preview' && result.phase === 'done' ? this.next(result, max) : null,
                result.prints && result.prints.length > 0 ? fates(result) : null,
            ];
        }

        /** What may follow a preview: nothing is written before a person has seen it. */
        next(result, max) {
            const { t } = sidebar;
            if (!sidebar.mayWrite()) return null;
            const nothing = result.created === 0 && result.adopted === 0;
            return make('div', { class: 'pts-next' }, [
                nothing ? make('p', { text: t('history.nothing') }) : null,
                result.created > 0
                    ? button(
                          t('history.import', { n: sidebar.number(result.created) }),
                          { icon: 'fa-download', primary: true, 'data-act': 'import' },
                          () => this.begin('all', max),
                      )
                    : null,
                result.adopted > 0
                    ? button(
                          t('history.adopt', { n: sidebar.number(result.adopted) }),
                          { icon: 'fa-link', 'data-act': 'adopt', title: t('history.adoptHint') },
                          () => this.begin('adopt', max),
                      )
                    : null,
            ]);
        }
    };

    /** A bar with what there is to know and to do while history is gone through. */
    sidebar.Progress = class {
        constructor(act) {
            const { t } = sidebar;
            this.text = make('div', { class: 'pts-progress-text', id: 'pts-progress-text' });
            this.bar = make('div', { class: 'pts-bar-done' });
            this.track = make(
                'div',
                { role: 'progressbar', class: 'pts-bar', 'aria-labelledby': 'pts-progress-text' },
                [this.bar],
            );
            this.pause = button(t('history.pause'), { icon: 'fa-pause', 'data-act': 'pause' }, () => act('pause'));
            this.resume = button(t('tool.resume'), { icon: 'fa-play', 'data-act': 'resume' }, () => act('resume'));
            this.stop = button(t('history.stop'), { icon: 'fa-stop', 'data-act': 'stop' }, () => act('stop'));
            this.element = make('div', { class: 'pts-progress', hidden: true }, [
                this.text,
                this.track,
                make('div', { class: 'pts-next' }, [this.pause, this.resume, this.stop]),
            ]);
        }

        /** @param report null: nothing runs */
        show(report, paused) {
            const { t } = sidebar;
            this.element.hidden = report === null;
            if (report === null) return void (this.told = 0);
            const { mode, done = 0, total = 0, secondsLeft = null } = report;
            const known = total > 0;
            const left =
                secondsLeft === null || paused ? '' : t('history.left', { time: sidebar.duration(secondsLeft) });
            const numbers = { done: sidebar.number(done), total: sidebar.number(total) };
            const what = known ? t(`history.running.${mode}`, numbers) : t('history.reading');
            this.text.textContent = [what, paused ? t('history.paused') : left].filter(Boolean).join(' · ');
            const percent = known ? Math.min(100, Math.round((100 * done) / total)) : 0;
            this.track.classList.toggle('pts-bar-unknown', !known);
            this.bar.style.width = known ? `${percent}%` : '';
            if (known) {
                this.track.setAttribute('aria-valuenow', percent);
                this.track.setAttribute('aria-valuetext', this.text.textContent);
            } else this.track.removeAttribute('aria-valuenow');
            const sends = mode === 'all' || mode === 'parts';
            const had = this.element.contains(document.activeElement);
            this.pause.hidden = !sends || paused || !sidebar.mayWrite();
            this.resume.hidden = !sends || !paused || !sidebar.mayWrite();
            this.stop.hidden = !sidebar.mayWrite();
            if (had && document.activeElement.hidden) (paused ? this.resume : this.pause).focus();
            this.announce(percent);
        }

        /** A quarter at a time: enough to know that it goes on. */
        announce(percent) {
            const quarter = Math.floor(percent / 25);
            if (quarter > this.told && quarter < 4) sidebar.say(this.text.textContent);
            this.told = quarter;
        }
    };

    function numbers(result, mode) {
        const { t } = sidebar;
        const made = mode === 'preview' ? 'wouldCreate' : mode === 'adopt' ? null : 'created';
        const shown = [
            [made, result.created],
            ['existing', result.existing],
            [mode === 'preview' ? 'wouldAdopt' : 'adopted', result.adopted],
            ['skipped', result.skipped],
            ['failed', result.failed],
        ].filter(([name, n]) => name !== null && (n > 0 || name === made || name === 'existing'));
        return sidebar.numbers(shown.map(([name, n]) => [t(`history.number.${name}`), n]));
    }

    /** Names with their numbers. */
    sidebar.numbers = function (pairs) {
        return make(
            'dl',
            { class: 'pts-numbers' },
            pairs.map(([name, n]) =>
                make('div', {}, [make('dt', { text: name }), make('dd', { text: sidebar.number(n) })]),
            ),
        );
    };

    function reasons(result) {
        const found = Object.entries(result.reasons || {});
        if (found.length === 0) return null;
        const text = found.map(([reason, n]) => `${sidebar.number(n)} ${reason}`).join(' · ');
        return make('p', { class: 'pts-reasons', text: sidebar.t('history.reasons', { reasons: text }) });
    }

    /** When a print ended; of one that does not tell, when it began. */
    function ended({ completedAt, startedAt }) {
        return completedAt || startedAt;
    }

    function fates(result) {
        const { t } = sidebar;
        return make('details', { class: 'pts-fates' }, [
            make('summary', { text: t('history.each', { n: result.prints.length }) }),
            make(
                'ul',
                {},
                result.prints.map((print) =>
                    make('li', {}, [
                        make('span', { class: 'pts-fate', text: t(`history.fate.${print.outcome}`) }),
                        make('span', {
                            text: print.name || print.batch || t('history.nameless', { id: print.archiveId ?? '?' }),
                        }),
                        ended(print) ? make('span', { class: 'pts-at', text: sidebar.when(ended(print)) }) : null,
                        print.reason ? make('span', { class: 'pts-at', text: print.reason }) : null,
                    ]),
                ),
            ),
        ]);
    }

    sidebar.spinner = function (text) {
        return make('p', { class: 'pts-working' }, [icon('fa-spinner fa-spin'), make('span', { text })]);
    };
})((window.printToStockSidebar = window.printToStockSidebar || {}));
