// The last step of a set-up for a shop: the category of VK, and a picture for products without one.
import { make } from '../page/elements';
import { t } from '../page/texts';
import { field, shared } from './step';

export class ShopForm {
    readonly element: HTMLElement;
    private readonly category = make('input', { type: 'text', inputmode: 'numeric', 'data-field': 'category' });
    private readonly picture = make('input', { type: 'text', 'data-field': 'fallbackPicture', spellcheck: 'false' });

    constructor() {
        const texts = shared().textsOf('vk-product-upsert');
        this.picture.placeholder = texts('placeholder.fallbackPicture');
        this.element = make('div', {}, [
            field(texts('label.category'), this.category, t('setup.shop.category')),
            field(texts('label.fallbackPicture'), this.picture, t('setup.shop.picture')),
            make('p', { class: 'pts-hint', text: t('setup.shop.dryRun') }),
        ]);
    }

    focus(): void {
        this.category.focus();
    }

    /** @returns null where the category is no number: that is shown */
    answer(): Record<string, Record<string, unknown>> | null {
        const category = this.category.value.trim();
        if (/^[1-9]\d*$/.test(category))
            return { 'vk-product-upsert': { category, fallbackPicture: this.picture.value.trim(), dryRun: true } };
        this.category.setAttribute('aria-invalid', 'true');
        this.category.focus();
        return null;
    }
}
