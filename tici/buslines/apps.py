from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BuslinesConfig(AppConfig):
    name = "tici.buslines"
    verbose_name = _("公交专线")
