//! Identity, quantity and allocations.

use meterproof::usage::{
    CustomerAwsAccountId, CustomerIdentifier, Identity, LicenseArn, ProductCode, Quantity,
};
use serde_json::{Value as Json, json};

use super::{ARN, EventDefaults, event, only, parse_events, part, plain, refused, said, whole};

#[test]
fn each_form_of_identity_is_read() {
    let product = |code: &str| ProductCode::parse(code).unwrap();
    let account = CustomerAwsAccountId::parse("444455556666").unwrap();
    let customer = CustomerIdentifier::parse("aBcD1234").unwrap();
    let defaults = EventDefaults { product_code: Some(product("fallback")) };
    let identity = |members: Json| {
        let body = plain(members).to_string();
        let entries = parse_events(body.as_bytes(), &defaults).unwrap();
        entries[0].event.as_ref().unwrap().identity().clone()
    };
    assert_eq!(
        identity(json!({"LicenseArn": null, "ProductCode": "own"})),
        Identity::Account { product_code: product("own"), account: account.clone() }
    );
    assert_eq!(
        identity(json!({"LicenseArn": null})),
        Identity::Account { product_code: product("fallback"), account: account.clone() }
    );
    assert_eq!(
        identity(json!({
            "LicenseArn": null, "CustomerAWSAccountId": null, "CustomerIdentifier": "aBcD1234"
        })),
        Identity::Customer { product_code: product("fallback"), customer }
    );
    // The default product is for those that need one; "" is how some SDKs write "not set".
    assert_eq!(
        identity(json!({"CustomerIdentifier": ""})),
        Identity::License { license_arn: LicenseArn::parse(ARN).unwrap(), account }
    );
}

#[test]
fn identities_that_would_bill_twice_or_not_at_all_are_refused() {
    assert_eq!(
        refused(&plain(json!({"ProductCode": "prod-1"}))),
        said(
            "product_code_with_license",
            "/ProductCode: ProductCode beside LicenseArn; the license names the product and AWS bills twice under both, leave ProductCode out"
        )
    );
    assert_eq!(
        refused(&plain(json!({"CustomerAWSAccountId": null}))),
        said(
            "license_without_account",
            "/LicenseArn: LicenseArn without CustomerAWSAccountId; add the account that the license was granted to"
        )
    );
    assert_eq!(
        refused(&plain(json!({"CustomerIdentifier": "aBcD1234"}))),
        said(
            "conflicting_identity",
            "/CustomerIdentifier: LicenseArn and CustomerIdentifier both name the customer; keep the one that your product is metered by"
        )
    );
    assert_eq!(
        refused(&plain(json!({"LicenseArn": null, "CustomerIdentifier": "aBcD1234"}))).1,
        "/CustomerIdentifier: CustomerAWSAccountId and CustomerIdentifier both name the customer; keep the one that your product is metered by"
    );
    assert_eq!(
        refused(&plain(json!({"LicenseArn": null}))),
        said(
            "missing_product_code",
            "event: CustomerAWSAccountId without a product; add ProductCode, or LicenseArn where the product is metered by license"
        )
    );
    assert_eq!(
        refused(&plain(json!({"LicenseArn": null, "CustomerAWSAccountId": null}))),
        said(
            "missing_identity",
            "event: nothing names the customer; give LicenseArn and CustomerAWSAccountId, or CustomerAWSAccountId or CustomerIdentifier with a ProductCode"
        )
    );
}

#[test]
fn quantities_keep_the_form_they_are_written_in() {
    let quantity = |members: Json| only(&plain(members)).unwrap().quantity();
    assert_eq!(quantity(json!({"Quantity": 0})).as_whole(), Some(0));
    assert_eq!(quantity(json!({"Quantity": 2_147_483_647})).as_whole(), Some(2_147_483_647));
    let decimal = quantity(json!({"Quantity": null, "QuantityAsDecimal": "17.250"}));
    assert_eq!((decimal.to_string().as_str(), decimal.is_decimal()), ("17.250", true));
}

#[test]
fn what_is_no_quantity_is_refused() {
    for (members, code, message) in [
        (
            json!({"Quantity": null}),
            "missing_member",
            "event: an event has no Quantity or QuantityAsDecimal; add it",
        ),
        (
            json!({"QuantityAsDecimal": "17"}),
            "two_quantities",
            "/QuantityAsDecimal: Quantity and QuantityAsDecimal are both given; keep one",
        ),
        (
            json!({"Quantity": "17"}),
            "quantity_is_text",
            "/Quantity: Quantity is a string; write the number without quotation marks, or use QuantityAsDecimal",
        ),
        (
            json!({"Quantity": null, "QuantityAsDecimal": 17.25}),
            "decimal_is_number",
            "/QuantityAsDecimal: QuantityAsDecimal is a number; write it in quotation marks, so that no reader rounds it",
        ),
        (
            json!({"Quantity": 17.0}),
            "quantity_fraction",
            "/Quantity: quantity 17.0 has a fraction; write a whole number, or use the AsDecimal member",
        ),
        (
            json!({"Quantity": -1}),
            "quantity_negative",
            "/Quantity: quantity -1 is negative; AWS takes 0 or more, usage cannot be taken back",
        ),
        (
            json!({"Quantity": 2_147_483_648_u64}),
            "quantity_too_large",
            "/Quantity: quantity 2147483648 is too large; AWS takes at most 2147483647 as a whole number and 9999999999.999999 as a decimal",
        ),
        (
            json!({"Quantity": true}),
            "wrong_type",
            "/Quantity: found a boolean; write a whole number",
        ),
    ] {
        assert_eq!(refused(&plain(members)), said(code, message));
    }
}

#[test]
fn tags_are_the_whole_quantity_s_and_allocations_are_as_aws_spells_them() {
    let tags = json!([{"Key": "team", "Value": "search"}, {"Key": "env", "Value": "prod"}]);
    let short = plain(json!({"Tags": tags}));
    let long = plain(json!({
        "UsageAllocations": [{"AllocatedUsageQuantity": 17, "Tags": tags}]
    }));
    let expected = event(whole(17), vec![part(whole(17), &[("team", "search"), ("env", "prod")])]);
    assert_eq!(only(&short).as_ref(), Ok(&expected));
    assert_eq!(only(&long), Ok(expected));

    let decimal = |text: &str| Quantity::parse_decimal(text).unwrap();
    let split = plain(json!({
        "Quantity": null,
        "QuantityAsDecimal": "1.75",
        "UsageAllocations": [
            {"AllocatedUsageQuantityAsDecimal": "1.5", "Tags": [{"Key": "team", "Value": "search"}]},
            {"AllocatedUsageQuantityAsDecimal": "0.25"}
        ]
    }));
    let parts = vec![part(decimal("1.5"), &[("team", "search")]), part(decimal("0.25"), &[])];
    assert_eq!(only(&split), Ok(event(decimal("1.75"), parts)));

    // AWS's text allows a tag without a value.
    let null = only(&plain(json!({"Tags": [{"Key": "team", "Value": null}]}))).unwrap();
    assert_eq!(null.allocations()[0].tags().tags()[0].value(), None);
}

#[test]
fn allocations_that_do_not_fit_are_refused_at_their_place() {
    let tag = json!({"Key": "team", "Value": "search"});
    let allocation = |units: u64| json!({"AllocatedUsageQuantity": units, "Tags": [tag]});
    for (members, code, message) in [
        (
            json!({"Tags": [tag], "UsageAllocations": [allocation(17)]}),
            "tags_with_allocations",
            "/Tags: Tags and UsageAllocations are both given; give Tags for the whole quantity, or UsageAllocations with tags of their own",
        ),
        (json!({"Tags": []}), "no_tags", "/Tags: Tags is empty; leave it out, or give 1 to 5"),
        (
            json!({"UsageAllocations": []}),
            "no_allocations",
            "/UsageAllocations: UsageAllocations is empty; leave it out, or give 1 to 2500",
        ),
        (
            json!({"Tags": vec![tag.clone(); 6]}),
            "too_many_tags",
            "/Tags: 6 tags; AWS takes at most 5 for an allocation, drop some",
        ),
        (
            json!({"Tags": [tag, {"Key": "team", "Value": "ads"}]}),
            "repeated_tag_key",
            "/Tags/1: tags 0 and 1 have the same Key; give each key once",
        ),
        (
            json!({"Tags": [{"Key": "team"}]}),
            "missing_member",
            "/Tags/0: a tag has no Value; add it",
        ),
        (
            json!({"Tags": [{"Key": "team", "Value": "jane@example.com>"}]}),
            "invalid_tag_value",
            "/Tags/0/Value: tag Value holds '>' as character 17; AWS takes only letters, digits, space and + - = . _ : / @",
        ),
        (
            json!({"Tags": {"team": "search"}}),
            "wrong_type",
            "/Tags: found an object; write an array",
        ),
        (
            json!({"UsageAllocations": [{"Tags": [tag]}]}),
            "missing_member",
            "/UsageAllocations/0: an allocation has no AllocatedUsageQuantity or AllocatedUsageQuantityAsDecimal; add it",
        ),
        (
            json!({"UsageAllocations": [allocation(8), allocation(9)]}),
            "repeated_tag_set",
            "/UsageAllocations/1: allocations 0 and 1 carry the same tags; add them up into one",
        ),
        (
            json!({"UsageAllocations": [{"AllocatedUsageQuantityAsDecimal": "17"}]}),
            "allocation_kind",
            "/UsageAllocations/0: allocation 0 is not of its record's kind of quantity; use whole numbers throughout or decimals throughout",
        ),
        (
            json!({"UsageAllocations": [allocation(16)]}),
            "allocation_sum",
            "/UsageAllocations: allocations add up to 16, the record's quantity is 17; make them equal",
        ),
    ] {
        assert_eq!(refused(&plain(members)), said(code, message));
    }
    let many = plain(json!({"UsageAllocations": vec![allocation(1); 2501]}));
    assert_eq!(
        refused(&many),
        said(
            "too_many_allocations",
            "/UsageAllocations: 2501 allocations; AWS takes at most 2500 for a record, merge some"
        )
    );
}
