// The last step of a set-up for prints: category, location, and the parameter templates.
import type { PlaceField } from '../../dialogs/pickers/place-field';
import { fill, make } from '../page/elements';
import { notify } from '../runtime';
import { t } from '../page/texts';
import { TEMPLATES } from './kinds';
import { shared, tick } from './step';

type Connection = Parameters<ReturnType<typeof shared>['choices']>[2];

export class PlaceForm {
    readonly element: HTMLElement;
    private readonly category: PlaceField;
    private readonly location: PlaceField;
    private readonly box = make('input', { 'data-field': 'templates' });
    private readonly templates = make('div', { class: 'pts-setup-templates' });
    private missing: typeof TEMPLATES = [];

    /**
     * @param connection () → the InvenTree of the step before
     * @param asks which nodes need their place; of a chain that is there some have theirs
     */
    constructor(
        private readonly connection: () => Connection,
        private readonly asks: { category: boolean; location: boolean },
    ) {
        const place = (kind: 'categories' | 'locations', label: string): PlaceField =>
            shared().placeField({
                kind,
                label,
                connection: () => this.connection() ?? null,
                changed: () => undefined,
            });
        this.category = place('categories', t('setup.category'));
        this.location = place('locations', t('setup.location'));
        this.element = make('div', {}, [
            ...this.category.element.toArray(),
            ...this.location.element.toArray(),
            this.templates,
        ]);
        this.category.element.attr('data-field', 'category').toggle(asks.category);
        this.location.element.attr('data-field', 'location').toggle(asks.location);
    }

    focus(): void {
        if (this.asks.category) this.category.focus();
        else if (this.asks.location) this.location.focus();
    }

    /** InvenTree is another one now, or is known now: looks which templates it lacks. */
    async begin(): Promise<void> {
        fill(this.templates, []);
        const found = await shared().choices('templates', { limit: 500 }, this.connection());
        if (found === null || found.problem !== null) return;
        const there = new Set(found.items.map(({ name }) => name.toLowerCase()));
        this.missing = TEMPLATES.filter(({ name }) => !there.has(name.toLowerCase()));
        const names = this.missing.map(({ name }) => name).join(', ');
        fill(this.templates, [
            this.missing.length === 0
                ? make('p', { class: 'pts-hint', text: t('setup.templates.there') })
                : tick(t('setup.templates.create', { names }), this.box),
            this.missing.length === 0 ? null : make('p', { class: 'pts-hint', text: t('setup.templates.why') }),
        ]);
    }

    /** @returns what goes into the nodes; null: something is missing, which is said */
    async answer(): Promise<Record<string, Record<string, unknown>> | null> {
        const [category, location] = await Promise.all([this.category.value(), this.location.value()]);
        if (this.asks.category && category === null) return this.lacks(this.category);
        if (this.asks.location && location === null) return this.lacks(this.location);
        return {
            'inventree-part-upsert': { category: String(category?.pk ?? ''), categoryType: 'num' },
            'inventree-stock-create': { location: String(location?.pk ?? ''), locationType: 'num' },
        };
    }

    private lacks(field: PlaceField): null {
        field.missing(t('setup.required'));
        return null;
    }

    /** Creates the templates where the box is ticked. @returns false where InvenTree refused: why is shown */
    async createTemplates(): Promise<boolean> {
        if (!this.box.checked) return true;
        const { create, problemText } = shared();
        for (const template of this.missing) {
            const { problem } = await create('templates', template, this.connection() ?? null);
            if (!problem) continue;
            notify(t('setup.templates.failed', { name: template.name, why: problemText(problem) }), 'error', 8000);
            return false;
        }
        this.missing = [];
        return true;
    }
}
