from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("groups", "0031_prices_of_categories")]
    operations = [
        migrations.RemoveConstraint(model_name="costcategory", name="a default price is not negative"),
        migrations.RemoveField(model_name="costcategory", name="default_price"),
    ]
