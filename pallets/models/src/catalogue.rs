//! Models: created once with their terms, transferred, advised against.

use crate::{
    AccountId, Config, Error, Event, FoldedName, HoldReason, Licence, Line, Model, ModelId, Models,
    Name, Namespaces, Pallet, Parameters, MAX_LINE_DEPTH, WHOLE_PERMILLE,
};
use ballast_core::name::{check_licence, check_model_name};
use frame_support::{ensure, pallet_prelude::DispatchResult};
use sp_runtime::ArithmeticError;

/// What is said of a model at its creation and never changes.
pub(crate) struct Terms {
    pub licence: Licence,
    pub base: Option<(Name, Name)>,
    pub royalty_permille: u16,
}

impl<T: Config> Pallet<T> {
    pub(crate) fn do_create_model(
        owner: AccountId,
        namespace: FoldedName,
        name: Name,
        terms: Terms,
    ) -> DispatchResult {
        let mut parent = Self::owned_namespace(&owner, &namespace)?;
        ensure!(check_model_name(&name).is_ok(), Error::<T>::NameInvalid);
        let model = ModelId {
            namespace,
            name: FoldedName::of(&name),
        };
        ensure!(Self::find(&model).is_none(), Error::<T>::ModelExists);
        let entry = Self::new_model(&owner, name, terms)?;
        parent.models = parent
            .models
            .checked_add(1)
            .ok_or(ArithmeticError::Overflow)?;

        Self::hold(HoldReason::Model, &owner, entry.deposit)?;
        Namespaces::<T>::insert(&model.namespace, parent);
        Self::put(&model, entry);
        Self::deposit_event(Event::ModelCreated { model, owner });
        Ok(())
    }

    fn new_model(owner: &AccountId, name: Name, terms: Terms) -> Result<Model, Error<T>> {
        ensure!(
            check_licence(&terms.licence).is_ok(),
            Error::<T>::LicenceInvalid
        );
        let base = terms
            .base
            .map(|(namespace, name)| ModelId::of(&namespace, &name));
        let line = Self::line_from(base.as_ref(), terms.royalty_permille)?;
        Ok(Model {
            name,
            owner: owner.clone(),
            licence: terms.licence,
            base,
            royalty_permille: terms.royalty_permille,
            line,
            deprecated: false,
            versions: 0,
            deposit: Parameters::<T>::get().model_deposit,
            created_at: Self::now(),
        })
    }

    /// Where a model stands that derives from `base` and asks for `permille`.
    pub(crate) fn line_from(base: Option<&ModelId>, permille: u16) -> Result<Line, Error<T>> {
        let line = match base {
            None => Line { depth: 0, permille },
            Some(base) => {
                let below = Self::find(base).ok_or(Error::<T>::UnknownBase)?.line;
                let permille = below.permille.saturating_add(permille);
                Line {
                    depth: below.depth.saturating_add(1),
                    permille,
                }
            }
        };
        ensure!(line.depth <= MAX_LINE_DEPTH, Error::<T>::BaseLineTooDeep);
        ensure!(
            line.permille <= WHOLE_PERMILLE,
            Error::<T>::RoyaltiesExceedWhole
        );
        Ok(line)
    }

    pub(crate) fn do_transfer_model(
        from: AccountId,
        model: ModelId,
        to: AccountId,
    ) -> DispatchResult {
        let mut entry = Self::owned_model(&from, &model)?;

        Self::hand_over(HoldReason::Model, &from, &to, entry.deposit)?;
        entry.owner = to.clone();
        Self::put(&model, entry);
        Self::deposit_event(Event::ModelTransferred { model, from, to });
        Ok(())
    }

    pub(crate) fn do_deprecate(
        owner: AccountId,
        model: ModelId,
        deprecated: bool,
    ) -> DispatchResult {
        let mut entry = Self::owned_model(&owner, &model)?;

        entry.deprecated = deprecated;
        Self::put(&model, entry);
        Self::deposit_event(Event::ModelDeprecated { model, deprecated });
        Ok(())
    }

    /// The model, for a call that only its owner may make.
    pub(crate) fn owned_model(owner: &AccountId, model: &ModelId) -> Result<Model, Error<T>> {
        let entry = Self::find(model).ok_or(Error::<T>::UnknownModel)?;
        ensure!(entry.owner == *owner, Error::<T>::NotModelOwner);
        Ok(entry)
    }

    pub(crate) fn find(model: &ModelId) -> Option<Model> {
        Models::<T>::get(&model.namespace, &model.name)
    }

    pub(crate) fn put(model: &ModelId, entry: Model) {
        Models::<T>::insert(&model.namespace, &model.name, entry);
    }
}
