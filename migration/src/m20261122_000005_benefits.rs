//! Benefits as readers see them, the partners who give them and the outlets where.

use sea_orm_migration::{prelude::*, schema::*};

use crate::reference::{create_indexes, drop_tables, index, owned_by, refers_to, sort_key, unique};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create_partners(manager).await?;
        create_benefits(manager).await?;
        create_indexes(
            manager,
            vec![
                unique("benefit_category", &["slug"]),
                unique("partner", &["slug"]),
                index("partner", &["sort_key", "id"]),
                index("partner", &["logo_id"]),
                unique("outlet", &["slug"]),
                index("outlet", &["sort_key", "id"]),
                index("outlet", &["partner_id"]),
                index("outlet", &["latitude", "longitude"]),
                index("outlet", &["okrug"]),
                unique("benefit", &["slug"]),
                index("benefit", &["audience_id", "published_at desc", "id desc"]),
                index("benefit", &["published_at desc", "id desc"]),
                index(
                    "benefit",
                    &["organisation_id", "published_at desc", "id desc"],
                ),
                index("benefit", &["category_id"]),
                index("benefit", &["partner_id"]),
                index("benefit", &["cover_id"]),
                index("benefit", &["valid_through"]),
                index("benefit_outlet", &["outlet_id"]),
                index("benefit_okrug", &["okrug", "benefit_id"]),
                index("benefit_eligible_organisation", &["organisation_id"]),
            ],
        )
        .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(
            manager,
            &[
                "benefit_eligible_organisation",
                "benefit_okrug",
                "benefit_outlet",
                "benefit",
                "outlet",
                "partner",
                "benefit_category",
            ],
        )
        .await
    }
}

async fn create_partners(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            Table::create()
                .table("benefit_category")
                .col(pk_uuid("id"))
                .col(string_len("slug", 80))
                .col(string_len("name", 120))
                .col(text("description"))
                .col(integer("position"))
                .to_owned(),
        )
        .await?;
    manager
        .create_table(
            Table::create()
                .table("partner")
                .col(pk_uuid("id"))
                .col(string_len("slug", 80))
                .col(string_len("brand_name", 200))
                .col(sort_key(manager))
                .col(string_len("legal_name", 300))
                .col(text("description"))
                .col(string_len_null("site", 500))
                .col(uuid_null("logo_id"))
                .col(boolean("is_demo").default(false))
                .col(timestamp_with_time_zone("created_at"))
                .col(timestamp_with_time_zone("updated_at"))
                .foreign_key(&mut refers_to("partner", "logo_id", "media_asset"))
                .to_owned(),
        )
        .await?;
    manager
        .create_table(
            Table::create()
                .table("outlet")
                .col(pk_uuid("id"))
                .col(uuid("partner_id"))
                .col(string_len("slug", 80))
                .col(string_len("name", 200))
                .col(sort_key(manager))
                .col(string_len("address", 300))
                .col(string_len_null("okrug", 8))
                .col(double("latitude"))
                .col(double("longitude"))
                .col(string_len_null("hours", 200))
                .col(string_len_null("phone", 20))
                .col(boolean("is_demo").default(false))
                .col(timestamp_with_time_zone("created_at"))
                .col(timestamp_with_time_zone("updated_at"))
                .foreign_key(&mut refers_to("outlet", "partner_id", "partner"))
                .to_owned(),
        )
        .await
}

async fn create_benefits(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            Table::create()
                .table("benefit")
                .col(pk_uuid("id"))
                .col(string_len("slug", 80))
                .col(uuid("organisation_id"))
                .col(uuid("category_id"))
                .col(uuid_null("partner_id"))
                .col(uuid("audience_id"))
                .col(integer("revision"))
                .col(string_len("provider", 16))
                .col(string_len("title", 200))
                .col(string_len("summary", 300))
                .col(json("terms"))
                .col(text("terms_html"))
                .col(json("how_to_use"))
                .col(text("how_to_use_html"))
                .col(text("plain_text"))
                .col(uuid_null("cover_id"))
                .col(string_len("value_kind", 16))
                .col(integer_null("value_percent_hundredths"))
                .col(big_integer_null("value_amount_kopecks"))
                .col(big_integer_null("value_up_to_kopecks"))
                .col(big_integer_null("value_base_price_kopecks"))
                .col(integer("min_membership_months"))
                .col(boolean("dependents_allowed"))
                .col(json("eligible_okrugs"))
                .col(json("needs_documents"))
                .col(string_len("redemption_kind", 16))
                .col(string_len_null("redemption_url", 500))
                .col(string_len_null("redemption_phone", 20))
                .col(string_len_null("promo_code", 60))
                .col(integer_null("limit_per_member"))
                .col(integer_null("limit_total"))
                .col(string_len_null("limit_period", 8))
                .col(string_len_null("ad_advertiser", 200))
                .col(string_len_null("ad_token", 100))
                .col(date("valid_from"))
                .col(date_null("valid_through"))
                .col(boolean("is_demo").default(false))
                .col(timestamp_with_time_zone("published_at"))
                .col(timestamp_with_time_zone("updated_at"))
                .foreign_key(&mut owned_by("benefit", "id", "content"))
                .foreign_key(&mut refers_to("benefit", "organisation_id", "organisation"))
                .foreign_key(&mut refers_to("benefit", "category_id", "benefit_category"))
                .foreign_key(&mut refers_to("benefit", "partner_id", "partner"))
                .foreign_key(&mut refers_to("benefit", "audience_id", "audience"))
                .foreign_key(&mut refers_to("benefit", "cover_id", "media_asset"))
                .to_owned(),
        )
        .await?;
    manager
        .create_table(
            Table::create()
                .table("benefit_outlet")
                .col(uuid("benefit_id"))
                .col(uuid("outlet_id"))
                .primary_key(Index::create().col("benefit_id").col("outlet_id"))
                .foreign_key(&mut owned_by("benefit_outlet", "benefit_id", "benefit"))
                .foreign_key(&mut owned_by("benefit_outlet", "outlet_id", "outlet"))
                .to_owned(),
        )
        .await?;
    manager
        .create_table(
            Table::create()
                .table("benefit_okrug")
                .col(uuid("benefit_id"))
                .col(string_len("okrug", 8))
                .primary_key(Index::create().col("benefit_id").col("okrug"))
                .foreign_key(&mut owned_by("benefit_okrug", "benefit_id", "benefit"))
                .to_owned(),
        )
        .await?;
    manager
        .create_table(
            Table::create()
                .table("benefit_eligible_organisation")
                .col(uuid("benefit_id"))
                .col(uuid("organisation_id"))
                .primary_key(Index::create().col("benefit_id").col("organisation_id"))
                .foreign_key(&mut owned_by(
                    "benefit_eligible_organisation",
                    "benefit_id",
                    "benefit",
                ))
                .foreign_key(&mut refers_to(
                    "benefit_eligible_organisation",
                    "organisation_id",
                    "organisation",
                ))
                .to_owned(),
        )
        .await
}
