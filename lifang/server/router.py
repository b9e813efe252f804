"""Only the owner's connection changes the schema; the application's role owns nothing."""


class OwnerMigrates:
    def allow_migrate(self, db: str, app_label: str, **hints: object) -> bool:
        return db == "owner"
