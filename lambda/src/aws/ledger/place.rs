//! The place a ledger is made for, written at its first opening and compared at every other.

use meterproof::usage::IdentityForm;
use meterproof_metering::{LedgerError, Place, Region};

use super::DynamoDbLedger;
use super::call::write_one;
use super::item::{Change, Condition, Item, corrupt, key, name, read_text, string};
use super::keys::LEDGER;

const REGION: &str = "region";
const FORM: &str = "form";

impl DynamoDbLedger {
    pub(super) async fn check_place(&self) -> Result<(), LedgerError> {
        let (pk, sk) = LEDGER;
        let kept = match self.item(pk, sk).await? {
            Some(item) => item,
            None => {
                let mut item = key(pk, sk);
                item.insert(REGION.into(), string(self.place.region.as_str()));
                item.insert(FORM.into(), string(self.place.form.code()));
                let new = Change::default().when(Condition::Missing(name::PK));
                let written = write_one("PutItem", || {
                    let put = self.client.put_item().table_name(&self.table);
                    put.set_item(Some(item.clone()))
                        .set_condition_expression(new.condition())
                        .set_expression_attribute_names(new.names())
                        .send()
                });
                match written.await? {
                    Some(_) => return Ok(()),
                    // Another program was first.
                    None => self.item(pk, sk).await?.unwrap_or_default(),
                }
            }
        };
        let actual = read_place(&kept)?;
        if actual == self.place {
            Ok(())
        } else {
            let (actual, expected) = (actual.to_string(), self.place.clone());
            Err(LedgerError::OtherPlace { actual, expected })
        }
    }
}

fn read_place(item: &Item) -> Result<Place, LedgerError> {
    let region = Region::parse(read_text(item, REGION)?).map_err(|_| corrupt(item, REGION))?;
    let form = read_text(item, FORM)?;
    let form = IdentityForm::ALL.iter().copied().find(|known| known.code() == form);
    Ok(Place { region, form: form.ok_or_else(|| corrupt(item, FORM))? })
}
